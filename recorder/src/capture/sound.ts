import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type Child,
  type ChildExit,
  type ProcessDeps,
  ProcessError,
  type Quarters,
  startChild,
} from '../process/index.ts';

export interface SoundOptions {
  /** Where it lives; the caller removes them. */
  readonly quarters: Quarters;
  /** How long the daemon may take until it is ready, in milliseconds. Default 10 000. */
  readonly readyMs?: number;
}

/** A sound server of our own with one sink, which the browser plays into and the encoder listens to. */
export interface Sound {
  readonly pid: number;
  /** The source that carries what the meeting plays: 48 kHz, stereo. */
  readonly source: string;
  /** What a client of ours needs: `PULSE_SERVER`, `PULSE_SINK`, the key, and where it may keep its state. */
  readonly env: Readonly<Record<string, string>>;
  /** What a client in its quarters needs to play into the sink. */
  readonly quartersEnv: Readonly<Record<string, string>>;
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
const HOME = 'pulse';
const COOKIE = 'pulse-cookie';
/** PA_NATIVE_COOKIE_LENGTH */
const COOKIE_BYTES = 256;

/**
 * Starts a PulseAudio daemon that nobody else uses. It needs no D-Bus, no user session and no sound card, and runs as root.
 * Its address depends on its quarters only: after a crash, starting it again there gives clients the same address and key.
 * The default source is silence, so that a browser which opens a microphone does not hear the meeting itself.
 * @throws ProcessError `ProgramMissing`, `ExitedEarly`, `NotReady` or `BadOutput`.
 */
export async function startSound(options: SoundOptions, deps: ProcessDeps): Promise<Sound> {
  const { quarters } = options;
  const home = join(quarters.path, HOME);
  const socket = join(quarters.path, 'native');
  const keys = { ours: join(quarters.keys, COOKIE), theirs: join(home, COOKIE) };
  const cookie = await cookieIn(keys.ours);
  await Promise.all([
    quarters.write(`${HOME}/${COOKIE}`, cookie),
    quarters.write(`${HOME}/daemon.conf`, DAEMON_CONF),
    quarters.run(['rm', '-f', '--', socket]),
  ]);
  const places = { HOME: home, XDG_RUNTIME_DIR: home, XDG_CONFIG_HOME: home, PULSE_RUNTIME_PATH: home };
  const child = await startChild(
    {
      program: 'pulseaudio',
      args: daemonArguments(socket, keys.theirs),
      ...{ user: quarters.user, cwd: quarters.path },
      // An address that nobody listens on: with none at all, libdbus would try to start a bus.
      env: {
        ...quarters.env,
        ...places,
        PULSE_CONFIG: join(home, 'daemon.conf'),
        DBUS_SESSION_BUS_ADDRESS: 'unix:path=/dev/null',
        DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/dev/null',
      },
    },
    deps,
  );
  const place = { PULSE_SERVER: `unix:${socket}`, PULSE_SINK: SINK };
  const env = { ...place, PULSE_RUNTIME_PATH: quarters.keys, PULSE_COOKIE: keys.ours };
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
    quartersEnv: { ...place, PULSE_RUNTIME_PATH: home, PULSE_COOKIE: keys.theirs },
    exited: child.exited,
    stop: async () => {
      await child.terminate({ graceMs: 2000 });
    },
  };
}

/** The key of these quarters, which is made once. */
async function cookieIn(file: string): Promise<Uint8Array> {
  const made = await readFile(file).catch(() => undefined);
  if (made !== undefined) return made;
  const cookie = randomBytes(COOKIE_BYTES);
  await writeFile(file, cookie, { mode: 0o600 });
  return cookie;
}

function daemonArguments(socket: string, cookie: string): string[] {
  const modules = [
    `module-null-sink sink_name=${SINK} ${FORMAT} norewinds=1 sink_properties=device.description=${SINK}`,
    'module-null-source source_name=silence rate=48000 channels=1',
    // Last, since its socket is the sign that all is loaded. Any user may open it, and who has no key is turned away.
    `module-native-protocol-unix socket=${socket} auth-anonymous=0 auth-cookie=${cookie}`,
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
