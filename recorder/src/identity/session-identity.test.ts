import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readSecret } from './secret-reader.ts';
import { sessionIdentity } from './session-identity.ts';

const PROFILE = { cookies: [{ name: 'SID', value: 'marked-value', domain: '.google.com' }] };
const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:notes-AbCdEf';
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'identity-'));
});
afterEach(() => rm(folder, { recursive: true }));

const identity = (place: string, read = readSecret, pauses: number[] = []) =>
  sessionIdentity(
    { MEETING_IDENTITY: 'notes', MEETING_IDENTITY_SECRET: place },
    { read, sleep: async (ms) => void pauses.push(ms) },
  );

describe('the identity of an attempt', () => {
  it('is nobody’s for a guest', async () => {
    expect(await sessionIdentity({}, { sleep: async () => undefined })).toBeUndefined();
  });

  it('has the profile of its file', async () => {
    const file = join(folder, 'profile.json');
    await writeFile(file, JSON.stringify(PROFILE));

    expect(await identity(`file:${file}`)).toEqual({ name: 'notes', profile: PROFILE });
  });

  it('is read again where it can not be had, and is a problem then, not an end', async () => {
    const pauses: number[] = [];

    expect(await identity(`file:${folder}/absent`, readSecret, pauses)).toEqual({
      name: 'notes',
      problem: 'its profile: its file can not be read: ENOENT',
    });
    expect(pauses).toHaveLength(2);
  });

  it('does not wait for a wrong profile to mend itself, and quotes none of it', async () => {
    const pauses: number[] = [];
    const read = async () => JSON.stringify({ cookies: [{ ...PROFILE.cookies[0], domain: 7 }] });

    const found = await identity(ARN, read, pauses);

    expect(found).toMatchObject({ problem: expect.stringContaining('cookies[0].domain') });
    expect(JSON.stringify(found)).not.toContain('marked-value');
    expect(pauses).toEqual([]);
  });
});

describe('a secret of Secrets Manager', () => {
  let answer: { status: number; body: object };
  const server = createServer((request, response) => {
    request.resume();
    response
      .writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify(answer.body));
  });
  beforeEach(async () => {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', `http://127.0.0.1:${port}`);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local-secret');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    server.close();
  });

  it('is read by its ARN, or one text of it', async () => {
    answer = { status: 200, body: { SecretString: '{"profile":"a text"}' } };

    expect(await readSecret(ARN)).toBe('{"profile":"a text"}');
    expect(await readSecret(`${ARN}:profile::`)).toBe('a text');
    await expect(readSecret(`${ARN}:other::`)).rejects.toThrow('expected a text under other of the secret');
  });

  it('that may not be read says so by its name alone', async () => {
    answer = { status: 400, body: { __type: 'AccessDeniedException', Message: 'User marked-user is not authorized' } };

    await expect(readSecret(ARN)).rejects.toThrow(/^GetSecretValue: AccessDeniedException$/);
  });
});
