import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type SecretsManager, startSecretsManager } from '@meetingbot/controller/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Room } from '../local/chaos/host.fixture.ts';
import { ChaosStack } from '../local/chaos/stack.fixture.ts';
import { LOCAL } from '../local/stack/places.ts';
import { steadyPort } from '../local/testing/steady-port.ts';

/** Debian's own: another Python in PATH has not its packages. */
const PYTHON = '/usr/bin/python3';
const NEEDED = ['fastapi', 'uvicorn', 'httpx', 'boto3'].map((name) => `/usr/lib/python3/dist-packages/${name}`);
const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:meetingbot/webhook-AbCdEf';
const missing = [PYTHON, ...NEEDED].filter((path) => !existsSync(path));
if (missing.length > 0) console.log(`MAF's end is not tested here: ${missing.join(', ')} missing`);

describe.skipIf(missing.length > 0)("MAF's end, in Python", () => {
  let stack: ChaosStack;
  let manager: SecretsManager;
  let control: Server;
  let env: Record<string, string>;

  beforeAll(async () => {
    manager = await startSecretsManager();
    manager.secrets.set(ARN, 'nobody-verifies-this-one');
    stack = await ChaosStack.start('scripted');
    const receiverPort = await steadyPort();
    await stack.startController({
      NOTIFY_WEBHOOK_URL: `http://127.0.0.1:${receiverPort}/api/meeting-bot/recording-complete`,
      NOTIFY_WEBHOOK_SECRET: ARN,
      SECRET_REFRESH_SECONDS: '1',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: manager.url,
    });
    control = await startControl(stack, manager);
    env = {
      PATH: process.env['PATH'] ?? '',
      PYTHONDONTWRITEBYTECODE: '1',
      MEETING_BOT_URL: stack.balancer.url,
      MEETING_BOT_S3_ENDPOINT: stack.s3Url,
      MEETING_BOT_S3_ACCESS_KEY_ID: LOCAL.accessKeyId,
      MEETING_BOT_S3_SECRET_ACCESS_KEY: LOCAL.secretAccessKey,
      TEST_BUCKET: LOCAL.bucket,
      TEST_CONTROL_URL: `http://127.0.0.1:${(control.address() as AddressInfo).port}`,
      TEST_RECEIVER_PORT: String(receiverPort),
    };
  });
  afterAll(async () => {
    control.closeAllConnections();
    control.close();
    await stack.close();
    await manager.close();
  });

  it.each([
    'test_s3_urls',
    'test_signatures',
    'test_deliveries',
    'test_client',
    'test_streamlit_page',
    'test_handover',
  ])('%s holds', async (module) => {
    const { code, output } = await unittest(module, env);
    expect(output).toMatch(/^Ran [1-9]\d* tests? in [\d.]+s$/m);
    expect(code, output).toBe(0);
  });
});

/** What the tests in Python ask of the stack: rooms of scripted meetings, and what Secrets Manager holds. */
async function startControl({ host }: ChaosStack, manager: SecretsManager): Promise<Server> {
  const rooms = new Map<string, Room>();
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const [, kind, name = '', stage] = (request.url ?? '').split('/');
    if (kind === 'rooms') {
      const room = rooms.get(name) ?? host.open(name);
      rooms.set(name, room);
      room.go(stage === 'closed' ? 'closed' : 'call');
      response.end(JSON.stringify({ url: room.url }));
      return;
    }
    if (request.method === 'PUT') manager.secrets.set(ARN, text);
    response.end(JSON.stringify({ reads: manager.calls }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function unittest(module: string, env: Record<string, string>): Promise<{ code: number; output: string }> {
  const cwd = fileURLToPath(new URL('./tests', import.meta.url));
  return new Promise((resolve) => {
    const child = execFile(
      PYTHON,
      ['-m', 'unittest', '-v', module],
      { cwd, env, timeout: 170_000 },
      (_error, out, err) => resolve({ code: child.exitCode ?? -1, output: `${out}${err}` }),
    );
  });
}
