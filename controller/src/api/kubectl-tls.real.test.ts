import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@meetingbot/crds-schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiUnderTest, meetUrl } from './api-under-test.ts';
import { findKubectls, Kubectl } from './kubectl.fixture.ts';
import { listen } from './watch-client.fixture.ts';

const { found, missing, dispose } = findKubectls();
for (const what of missing) console.warn(`skipped: ${what} over TLS`);
afterAll(dispose);

// kubectl sends no token over plain http: with tokens it is TLS or nothing.
describe.each(found)('stock $title over TLS', ({ path }) => {
  let home: string;
  let api: ApiUnderTest;
  let server: string;
  let certificate: string;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'kubectl-tls-'));
    certificate = join(home, 'cert.pem');
    const key = join(home, 'key.pem');
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
    const named = ['-subj', '/CN=meeting-bot', '-addext', 'subjectAltName=IP:127.0.0.1'];
    execFileSync('openssl', [...made, ...named, '-keyout', key, '-out', certificate], { stdio: 'pipe' });
    api = new ApiUnderTest(
      { API_TOKENS: 'writer-token:meetings:write,reader-token:meetings:read' },
      { clock: systemClock, tls: { cert: await readFile(certificate), key: await readFile(key) } },
    );
    server = await listen(api.app);
    await writeFile(
      join(home, 'meeting.yaml'),
      `apiVersion: meetingbot.dev/v1\nkind: Meeting\nmetadata: {name: standup}\nspec: {url: "${meetUrl}"}\n`,
    );
  });
  afterAll(async () => {
    await api.app.close();
    await rm(home, { recursive: true });
  });

  const as = (...flags: string[]) => new Kubectl(path, ['--server', server, ...flags], home);
  const trusting = (token?: string) =>
    as('--certificate-authority', certificate, ...(token === undefined ? [] : ['--token', token]));

  it('writes, reads and waits with a token that may write', async () => {
    expect(server).toMatch(/^https:/);
    const kubectl = trusting('writer-token');
    expect(await kubectl.run('apply', '-f', join(home, 'meeting.yaml'))).toBe('meeting.meetingbot.dev/standup created');
    expect(await kubectl.run('get', 'mtg', 'standup', '-o', 'name')).toBe('meeting.meetingbot.dev/standup');
    const wait = ['wait', `--for=jsonpath={.spec.url}=${meetUrl}`, 'mtg/standup', '--timeout=10s'];
    expect(await kubectl.run(...wait)).toMatch(/condition met|unrecognized condition/);
  });

  it('reads with a token that may read, and is told which scope a write needs', async () => {
    const kubectl = trusting('reader-token');
    expect(await kubectl.run('get', 'mtg', '-o', 'name')).toBe('meeting.meetingbot.dev/standup');
    expect(await kubectl.run('delete', 'mtg', 'standup')).toMatch(/Forbidden.*meetings:write|meetings:write.*/);
    expect(await api.store.get({ namespace: 'default', name: 'standup' })).toBeDefined();
  });

  it('is let in neither with a wrong token nor to a server it does not know', async () => {
    // Without a token it asks for a name and a password at the terminal: that is its own form of "not logged in".
    expect(await trusting('no-such-token').run('get', 'mtg')).toMatch(/Unauthorized|logged in/);
    expect(await as('--token', 'writer-token').run('get', 'mtg')).toMatch(/x509|certificate/);
  });
});
