import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiUnderTest } from './api-under-test.ts';

/** Minor version of the kubectl on the path; undefined where there is none. */
const minor = (() => {
  const { stdout, status } = spawnSync('kubectl', ['version', '--client', '-o', 'json'], { encoding: 'utf8' });
  return status === 0 ? Number.parseInt(JSON.parse(stdout).clientVersion.minor, 10) : undefined;
})();
if (minor === undefined) console.log('skipped: there is no kubectl here (Debian: kubernetes-client)');
/** Before 1.27 kubectl reads OpenAPI as protobuf only: no explain, no dry run by the server. */
const readsOpenApi3 = (minor ?? 0) >= 27;

const manifest = (spec: string) => `apiVersion: meetingbot.dev/v1
kind: Meeting
metadata: {name: standup, labels: {team: a}}
spec: {url: "https://meet.google.com/abc-defg-hij"${spec}}
`;

describe.skipIf(minor === undefined)('stock kubectl', () => {
  const api = new ApiUnderTest();
  let home: string;
  let server: string;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'kubectl-'));
    await api.app.listen({ port: 0, host: '127.0.0.1' });
    server = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await api.app.close();
    await rm(home, { recursive: true });
  });

  /** Its output, or the error it prints. A home of its own: caches of another server hide changes. */
  const kubectl = (...args: string[]) =>
    new Promise<string>((resolve) => {
      const env = { PATH: process.env['PATH'] ?? '', HOME: home, KUBE_EDITOR: 'sed -i s/Scribe/Writer/' };
      const options = { env, timeout: 20_000 };
      execFile('kubectl', ['--server', server, ...args], options, (_error, out, err) => resolve(`${out}${err}`.trim()));
    });
  const file = async (spec = '') => {
    const path = join(home, 'meeting.yaml');
    await writeFile(path, manifest(spec));
    return path;
  };
  const field = (path: string) => kubectl('get', 'mtg', 'standup', '-o', `jsonpath={${path}}`);

  it('finds meetings and their short name', async () => {
    expect(await kubectl('api-resources')).toMatch(/meetings +mtg +meetingbot.dev\/v1 +true +Meeting/);
  });

  it('applies a Meeting, the same again, and a change of it', async () => {
    expect(await kubectl('apply', '-f', await file())).toBe('meeting.meetingbot.dev/standup created');
    expect(await kubectl('apply', '-f', await file())).toBe('meeting.meetingbot.dev/standup unchanged');
    expect(await kubectl('apply', '-f', await file(', displayName: Scribe'))).toMatch(/configured$/);
    expect(await field('.spec.displayName')).toBe('Scribe');
    expect(await kubectl('create', '-f', await file())).toContain('(AlreadyExists)');
  });

  it('prints tables, and describes a Meeting', async () => {
    expect(await kubectl('get', 'mtg')).toMatch(/^NAME +PLATFORM +PHASE +RESULT +RECORDED +AGE\nstandup +google-meet/);
    expect(await kubectl('get', 'mtg', '-A', '-o', 'wide')).toMatch(/NAMESPACE .*URL\n *default +standup/);
    expect(await kubectl('get', 'mtg', '-l', 'team=a', '-o', 'name')).toBe('meeting.meetingbot.dev/standup');
    expect(await kubectl('get', 'mtg', '-l', 'team=b')).toBe('No resources found in default namespace.');
    expect(await kubectl('get', 'mtg', '--sort-by', '.metadata.name')).toContain('standup');
    expect(await kubectl('describe', 'mtg', 'standup')).toMatch(/Display Name: +Scribe/);
  });

  it.skipIf(!readsOpenApi3)('explains a field, and tries a deletion without doing it', async () => {
    expect(await kubectl('explain', 'mtg.spec.leave.aloneSeconds')).toContain('everybody else has left');
    expect(await kubectl('delete', 'mtg', 'standup', '--dry-run=server')).toContain('deleted (server dry run)');
  });

  it('edits, patches, labels and annotates', async () => {
    expect(await kubectl('edit', 'mtg', 'standup')).toMatch(/edited$/);
    expect(await kubectl('patch', 'mtg', 'standup', '--type=merge', '-p', '{"spec":{"stop":true}}')).toMatch(
      /patched$/,
    );
    expect(await kubectl('label', 'mtg', 'standup', 'x=y')).toMatch(/labeled$/);
    expect(await kubectl('annotate', 'mtg', 'standup', 'example.com/a=b')).toMatch(/annotated$/);
    expect(await field('.spec.displayName')).toBe('Writer');
    expect(await field('.spec.stop')).toBe('true');
    expect(await field('.metadata.labels.x')).toBe('y');
  });

  it('shows which field is wrong', async () => {
    expect(await kubectl('apply', '-f', await file(', colour: red, stop: true'))).toContain('spec.colour');
    expect(await kubectl('patch', 'mtg', 'standup', '-p', '{}')).toContain('media types include');
    expect(await kubectl('apply', '--server-side', '-f', await file())).toContain('not available');
  });

  it('deletes', async () => {
    expect(await kubectl('delete', 'mtg', 'standup')).toBe('meeting.meetingbot.dev "standup" deleted');
    expect(await kubectl('get', 'mtg', 'standup', '-n', 'elsewhere')).toContain('(NotFound)');
  });
});
