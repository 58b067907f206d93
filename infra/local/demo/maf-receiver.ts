import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LOCAL, projectRoot } from '../stack/places.ts';
import { steadyPort } from '../testing/steady-port.ts';

/** Debian's own Python, which has Debian's packages; what another one in PATH has is nobody's promise. */
const PYTHON = '/usr/bin/python3';
const NEEDED = ['fastapi', 'uvicorn', 'boto3'].map((name) => `/usr/lib/python3/dist-packages/${name}`);
const READY_MS = 60_000;
const FETCH_MS = 30_000;
const POLL_MS = 100;

/** MAF API's end of the webhook as it is in production: `infra/maf/meeting_bot_webhook.py` under uvicorn. */
export interface MafReceiver {
  url: string;
  /** The file that it fetched for a delivery, once that is done; undefined: it did not, in half a minute. */
  fetched(id: string): Promise<{ file: string; sha256: string } | undefined>;
  close(): Promise<void>;
}

export interface MafReceiverOptions {
  secret: string;
  s3Url: string;
  /** Where it keeps what it took. */
  dataDir: string;
}

/** Starts it; undefined where Python or its packages are missing. @throws Error when it does not listen */
export async function startMafReceiver(options: MafReceiverOptions): Promise<MafReceiver | undefined> {
  if (![PYTHON, ...NEEDED].every((path) => existsSync(path))) return undefined;
  const port = await steadyPort();
  const child = spawn(
    PYTHON,
    [
      '-B',
      '-m',
      'uvicorn',
      '--factory',
      'meeting_bot_webhook:create_app',
      '--port',
      String(port),
      '--log-level',
      'error',
    ],
    { cwd: join(projectRoot, 'infra', 'maf'), env: environment(options), stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const exited = once(child, 'exit');
  const close = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  try {
    await untilItListens(child, port);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url: `http://127.0.0.1:${port}/api/meeting-bot/recording-complete`,
    fetched: (id) => fetched(join(options.dataDir, 'inbox', id)),
    close,
  };
}

function environment({ secret, s3Url, dataDir }: MafReceiverOptions): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    MEETING_BOT_WEBHOOK_SECRET: secret,
    MEETING_BOT_S3_BUCKETS: LOCAL.bucket,
    MEETING_BOT_S3_REGION: LOCAL.region,
    MEETING_BOT_S3_ENDPOINT: s3Url,
    MEETING_BOT_S3_ACCESS_KEY_ID: LOCAL.accessKeyId,
    MEETING_BOT_S3_SECRET_ACCESS_KEY: LOCAL.secretAccessKey,
    MEETING_BOT_DATA_DIR: dataDir,
  };
}

async function fetched(folder: string): Promise<{ file: string; sha256: string } | undefined> {
  const file = join(folder, 'recording.mp4');
  const deadline = performance.now() + FETCH_MS;
  while (performance.now() < deadline) {
    const isDone = await readFile(join(folder, 'done.json')).then(
      () => true,
      () => false,
    );
    if (isDone) return { file, sha256: await sha256Of(file) };
    await pause(POLL_MS);
  }
  return undefined;
}

/** In hexadecimal. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

async function untilItListens(child: ChildProcess, port: number): Promise<void> {
  const deadline = performance.now() + READY_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`MAF's receiver ended with exit code ${child.exitCode}`);
    const socket = connect(port, '127.0.0.1');
    const answers = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (answers) return;
    await pause(POLL_MS);
  }
  throw new Error(`MAF's receiver does not listen after ${READY_MS / 1000} s`);
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
