import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Child, type ChildExit, type ProcessDeps, ProcessError, startChild } from '../process/index.ts';

export interface SoundOptions {
  /** Directory for the daemon's socket and state; the caller removes it. */
  readonly workDir: string;
  /** How long the daemon may take until it is ready, in milliseconds. Default 10 000. */
  readonly readyMs?: number;
}

/** A sound server of our own with one sink, which the browser plays into and the encoder listens to. */
export interface Sound {
  readonly pid: number;
  /** The source that carries what the meeting plays: 48 kHz, stereo. */
  readonly source: string;
  /** What a client needs to play into the sink: `PULSE_SERVER`, `PULSE_SINK` and where it may keep its state. */
  readonly env: Readonly<Record<string, string>>;
  /** Resolves when the daemon is gone, for whatever reason. */
  readonly exited: Promise<ChildExit>;
  stop(): Promise<void>;
}

const SINK = 'meeting';
const SOURCE = `${SINK}.monitor`;
const FORMAT = 'format=s16le rate=48000 channels=2';
/** Chromium takes the server's default for the rate of its device, not the sink's: at 44.1 kHz each sound is resampled. */
const DAEMON_CONF = 'default-sample-rate = 48000\nalternate-sample-rate = 48000\ndefault-sample-channels = 2\n';
const POLL_MS = 25;

/**
 * Starts a PulseAudio daemon that nobody else uses. It needs no D-Bus, no user session and no sound card, and runs as root.
 * Its address depends on `workDir` only: after a crash, starting it again there gives clients the same address.
 * The default source is silence, so that a browser which opens a microphone does not hear the meeting itself.
 * @throws ProcessError `ProgramMissing`, `ExitedEarly`, `NotReady` or `BadOutput`.
 */
export async function startSound(options: SoundOptions, deps: ProcessDeps): Promise<Sound> {
  const home = join(options.workDir, 'pulse');
  const socket = join(home, 'native');
  await mkdir(home, { recursive: true, mode: 0o700 });
  await rm(socket, { force: true });
  const conf = join(home, 'daemon.conf');
  await writeFile(conf, DAEMON_CONF, { mode: 0o600 });
  const places = { HOME: home, XDG_RUNTIME_DIR: home, XDG_CONFIG_HOME: home, PULSE_RUNTIME_PATH: home };
  const child = await startChild(
    {
      program: 'pulseaudio',
      args: daemonArguments(socket),
      // An address that nobody listens on: with none at all, libdbus would try to start a bus.
      env: {
        ...places,
        PULSE_CONFIG: conf,
        DBUS_SESSION_BUS_ADDRESS: 'unix:path=/dev/null',
        DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/dev/null',
      },
    },
    deps,
  );
  const env = {
    PULSE_SERVER: `unix:${socket}`,
    PULSE_SINK: SINK,
    PULSE_RUNTIME_PATH: home,
    PULSE_COOKIE: join(home, 'cookie'),
  };
  try {
    await waitForSocket(child, socket, options.readyMs ?? 10_000, deps);
    await checkSource(env, deps);
  } catch (error) {
    await child.terminate({ graceMs: 0 });
    throw error;
  }
  return {
    pid: child.pid,
    source: SOURCE,
    env,
    exited: child.exited,
    stop: async () => {
      await child.terminate({ graceMs: 2000 });
    },
  };
}

function daemonArguments(socket: string): string[] {
  const modules = [
    `module-null-sink sink_name=${SINK} ${FORMAT} norewinds=1 sink_properties=device.description=${SINK}`,
    'module-null-source source_name=silence rate=48000 channels=1',
    // Last, since its socket is the sign that all is loaded. Who may open it is decided by the directory's mode.
    `module-native-protocol-unix socket=${socket} auth-anonymous=1 auth-cookie-enabled=0`,
  ];
  return [
    ...['-n', '--daemonize=no', '--use-pid-file=no', '--exit-idle-time=-1', '--disallow-exit', '--fail=yes'],
    ...['--log-target=stderr', '--log-level=warning', '--realtime=no', '--high-priority=no'],
    ...modules.flatMap((module) => ['-L', module]),
  ];
}

async function waitForSocket(child: Child, socket: string, readyMs: number, { clock }: ProcessDeps): Promise<void> {
  const deadline = clock.monotonic() + readyMs;
  while (!(await accepts(socket))) {
    const exit = child.exit();
    if (exit !== undefined) {
      const how = exit.signal ?? `code ${exit.code}`;
      const message = `PulseAudio ended with ${how} before it was ready: ${child.lastLines()}`;
      throw new ProcessError('ExitedEarly', 'pulseaudio', message);
    }
    if (clock.monotonic() > deadline) {
      const message = `PulseAudio was not ready within ${readyMs} ms: ${child.lastLines()}`;
      throw new ProcessError('NotReady', 'pulseaudio', message);
    }
    await clock.sleep(POLL_MS);
  }
}

function accepts(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    const answer = (accepted: boolean) => {
      connection.destroy();
      resolve(accepted);
    };
    connection.once('connect', () => answer(true));
    connection.once('error', () => answer(false));
  });
}

/** What is captured must be the meeting's sound at 48 kHz, without a resampler of the server's in between. */
async function checkSource(env: Record<string, string>, deps: ProcessDeps): Promise<void> {
  const { stdout } = await promisify(execFile)('pactl', ['list', 'short', 'sources'], {
    env: { ...deps.env, ...env, LC_ALL: 'C' },
    timeout: 5000,
  }).catch((cause: unknown) => {
    throw new ProcessError('NotReady', 'pulseaudio', 'PulseAudio does not answer', { cause });
  });
  const line = stdout.split('\n').find((text) => text.split('\t')[1] === SOURCE);
  if (line?.includes('s16le 2ch 48000Hz') !== true) {
    throw new ProcessError(
      'BadOutput',
      'pulseaudio',
      `expected source ${SOURCE} with s16le 2ch 48000Hz, found:\n${stdout}`,
    );
  }
}
