import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Meeting, systemClock } from '@meetingbot/crds-schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiUnderTest, MEETINGS } from './api-under-test.ts';
import { findKubectls, Kubectl } from './kubectl.fixture.ts';
import { eventually, listen } from './watch-client.fixture.ts';

const { found, missing, dispose } = findKubectls();
for (const what of missing) console.warn(`skipped: the conformance of ${what}`);
afterAll(dispose);

const manifest = (spec = '', metadata = '') => `apiVersion: meetingbot.dev/v1
kind: Meeting
metadata: {name: standup, labels: {team: a}${metadata}}
spec: {url: "https://meet.google.com/abc-defg-hij"${spec}}
`;
const time = '2026-02-06T15:00:00Z';

it('finds a kubectl to be held against', () => {
  expect(found.length + missing.length).toBeGreaterThan(0);
});

describe.each(found)('stock $title', ({ path, minor }) => {
  const api = new ApiUnderTest({}, { clock: systemClock });
  let home: string;
  let kubectl: Kubectl;
  let run: Kubectl['run'];

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'kubectl-'));
    kubectl = new Kubectl(path, ['--server', await listen(api.app)], home);
    run = kubectl.run;
  });
  afterAll(async () => {
    await kubectl.close();
    await api.app.close();
    await rm(home, { recursive: true });
  });

  const file = async (spec?: string, metadata?: string, text = manifest(spec, metadata)) => {
    const name = join(home, 'meeting.yaml');
    await writeFile(name, text);
    return name;
  };
  const field = (name: string) => run('get', 'mtg', 'standup', '-o', `jsonpath={${name}}`);
  const stored = async (name = 'standup'): Promise<Meeting> => {
    const meeting = await api.store.get({ namespace: 'default', name });
    if (meeting === undefined) throw new Error(`there is no ${name}`);
    return meeting;
  };
  /** What the controller does meanwhile. */
  const write = async (
    change: Partial<Meeting['status']>,
    metadata: Partial<Meeting['metadata']> = {},
    name?: string,
  ) => {
    const meeting = await stored(name);
    const next = { ...meeting, metadata: { ...meeting.metadata, ...metadata } };
    return api.store.update({ ...next, status: { ...meeting.status, ...change } }, undefined);
  };

  /** So many watch now, none of them just beginning or ending. */
  const watchers = (count: number) =>
    eventually(
      () => api.feed.listeners === count,
      () => `${count} watchers, there are ${api.feed.listeners}`,
    );

  it('finds the server, its version and its resources', async () => {
    expect(await run('version')).toMatch(/Server Version.*v1\.32/);
    // Subresources are for programs: kubectl lists what can be got, and warns of nothing.
    expect((await run('api-resources', '--no-headers')).split('\n').map((line) => line.replace(/ +/g, ' '))).toEqual([
      'events ev v1 true Event',
      'namespaces ns v1 false Namespace',
      'meetings mtg meetingbot.dev/v1 true Meeting',
    ]);
    expect(JSON.parse(await run('get', '--raw', '/apis/meetingbot.dev/v1'))).toMatchObject({
      resources: [{ name: 'meetings' }, { name: 'meetings/status' }, { name: 'meetings/resend', verbs: ['create'] }],
    });
    expect(await run('api-versions')).toContain('meetingbot.dev/v1');
    expect(await run('get', 'namespaces')).toMatch(/default/);
  });

  it('applies a Meeting, the same again, and a change of it', async () => {
    expect(await run('apply', '-f', await file())).toBe('meeting.meetingbot.dev/standup created');
    expect(await run('apply', '-f', await file())).toBe('meeting.meetingbot.dev/standup unchanged');
    expect(await run('apply', '-f', await file(', displayName: Scribe'))).toMatch(/configured$/);
    expect(await field('.spec.displayName')).toBe('Scribe');
    expect(await run('create', '-f', await file())).toContain('(AlreadyExists)');
  });

  it('applies over what others changed meanwhile, and refuses a stale object', async () => {
    const before = await stored();
    await write(
      { phase: 'Recording' },
      { annotations: { ...before.metadata.annotations, 'example.com/other': 'kept' } },
    );

    expect(await run('apply', '-f', await file(', displayName: Scribe, retentionDays: 7'))).toMatch(/configured$/);
    expect(await field('.metadata.annotations.example\\.com/other')).toBe('kept');
    const stale = `, resourceVersion: "${before.metadata.resourceVersion}"`;
    expect(await run('apply', '-f', await file(', displayName: Scribe, retentionDays: 8', stale))).toMatch(
      /Conflict|the object has been modified/,
    );
    expect(await field('.spec.retentionDays')).toBe('7');
  });

  it('prints what an operator wants to see first', async () => {
    expect(await run('get', 'mtg')).toMatch(
      /^NAME +PLATFORM +PHASE +RESULT +RECORDED +AGE\nstandup +google-meet +Recording .*\d+s$/,
    );
    expect(await run('get', 'mtg', '-A', '-o', 'wide')).toMatch(/NAMESPACE .*URL\ndefault +standup .*abc-defg-hij/);
    expect(await run('get', 'mtg', 'standup', '-o', 'name')).toBe('meeting.meetingbot.dev/standup');
    expect(await run('get', 'mtg', 'standup', '-o', 'yaml')).toContain('displayName: Scribe');
    expect(JSON.parse(await run('get', 'mtg', '-o', 'json'))).toMatchObject({ items: [{ kind: 'Meeting' }] });
    expect(await run('get', 'mtg', '-o', 'custom-columns=N:.metadata.name,P:.status.phase')).toMatch(
      /^N +P\nstandup +Recording$/,
    );
    expect(await run('get', 'all')).toContain('standup');
  });

  it('selects by labels and fields', async () => {
    expect(await run('get', 'mtg', '-l', 'team in (a,b)', '-o', 'name')).toBe('meeting.meetingbot.dev/standup');
    expect(await run('get', 'mtg', '-l', 'team=b')).toBe('No resources found in default namespace.');
    expect(await run('get', 'mtg', '--field-selector', 'status.phase=Recording', '-o', 'name')).toContain('standup');
    expect(await run('get', 'mtg', '--field-selector', 'status.phase!=Recording', '-o', 'name')).toBe('');
    expect(await run('get', 'mtg', '--field-selector', 'spec.url=x')).toContain('expected one of metadata.name');
  });

  it('lists in chunks, and sorted', async () => {
    for (const name of ['e', 'd', 'c', 'b']) await api.create(name, {}, { labels: { chunked: 'yes' } });

    const chunked = await run('get', 'mtg', '-l', 'chunked', '--chunk-size=2', '-o', 'name');
    const sorted = await run('get', 'mtg', '-l', 'chunked', '--sort-by', '.metadata.uid', '--no-headers');

    expect(chunked.split('\n').map((line) => line.at(-1))).toEqual(['b', 'c', 'd', 'e']);
    expect(sorted.split('\n').map((line) => line[0])).toEqual(['e', 'd', 'c', 'b']);
    expect(await run('delete', 'mtg', '-l', 'chunked')).toContain('meeting.meetingbot.dev "b" deleted');
    expect(await run('get', 'mtg', '-o', 'name')).toBe('meeting.meetingbot.dev/standup');
  });

  it('describes a Meeting with its events', async () => {
    const event = { type: 'Warning' as const, reason: 'AttemptEnded', message: 'exit code 137', count: 3 };
    const meeting = await stored();
    await api.store.update(
      { ...meeting, events: [{ ...event, firstTimestamp: time, lastTimestamp: time }] },
      undefined,
    );

    expect(await run('describe', 'mtg', 'standup')).toMatch(
      /Display Name: +Scribe[\s\S]*Events:[\s\S]*Warning +AttemptEnded .*meetingbot-controller +exit code 137/,
    );
    expect(await run('get', 'events')).toMatch(/Warning +AttemptEnded +meeting\/standup +exit code 137/);
  });

  it.skipIf(minor < 27)(
    'explains a field, shows events of one Meeting, tries a deletion without doing it',
    async () => {
      expect(await run('explain', 'mtg.spec.leave.aloneSeconds')).toContain('everybody else has left');
      expect(await run('events', '--for', 'mtg/standup')).toContain('exit code 137');
      expect(await run('delete', 'mtg', 'standup', '--dry-run=server')).toContain('deleted (server dry run)');
    },
  );

  it('edits, patches, labels and annotates', async () => {
    expect(await run('edit', 'mtg', 'standup')).toMatch(/edited$/);
    expect(await run('patch', 'mtg', 'standup', '--type=merge', '-p', '{"spec":{"maxAttempts":5}}')).toMatch(
      /patched$/,
    );
    const operations =
      '[{"op":"test","path":"/spec/maxAttempts","value":5},{"op":"replace","path":"/spec/maxAttempts","value":6}]';
    expect(await run('patch', 'mtg', 'standup', '--type=json', '-p', operations)).toMatch(/patched$/);
    expect(await run('patch', 'mtg', 'standup', '--type=json', '-p', operations)).toContain(
      'test of /spec/maxAttempts failed',
    );
    expect(await run('label', 'mtg', 'standup', 'x=y')).toMatch(/labeled$/);
    expect(await run('annotate', 'mtg', 'standup', 'example.com/a=b')).toMatch(/annotated$/);
    expect(await field('.spec.displayName')).toBe('Writer');
    expect(await field('.spec.maxAttempts')).toBe('6');
    expect(await field('.metadata.labels.x')).toBe('y');
  });

  it('replaces what was read, and nothing that was changed since', async () => {
    const read = await run('get', 'mtg', 'standup', '-o', 'yaml');
    const changed = read.replace('maxAttempts: 6', 'maxAttempts: 7');

    expect(await run('replace', '-f', await file('', '', changed))).toMatch(/replaced$/);
    expect(await field('.spec.maxAttempts')).toBe('7');
    expect(await run('replace', '-f', await file('', '', changed))).toMatch(/Conflict|has been modified/);
  });

  it('shows which field is wrong, and what is not served', async () => {
    expect(await run('apply', '-f', await file(', colour: red'))).toContain('spec.colour');
    expect(await run('patch', 'mtg', 'standup', '--type=merge', '-p', '{"spec":{"maxAttempts":0}}')).toMatch(
      /spec.maxAttempts.*must be >= 1/,
    );
    expect(await run('patch', 'mtg', 'standup', '-p', '{}')).toContain('media types include');
    expect(await run('apply', '--server-side', '-f', await file())).toContain('not available');
    expect(await run('get', 'mtg', 'none')).toContain('(NotFound)');
  });

  it('follows what happens, each change in one line', async () => {
    const watch = kubectl.start('get', 'mtg', 'standup', '-w', '--no-headers');
    const all = kubectl.start('get', 'mtg', '-w', '-o', 'name');
    await watch.until('Recording');
    await all.until('standup');
    // Of a single object kubectl shows the first event of the watch to nobody: it has printed what it got before.
    await watchers(2);

    await write({ phase: 'Finalizing' });
    await watch.until('Finalizing');
    await api.create('another');
    await all.until('another');
    await write({ phase: 'Completed', outcome: 'Complete', reason: 'HostEnded' });
    await watch.until('Completed');

    expect(watch.lines.map((line) => line.split(/ +/)[2])).toEqual(['Recording', 'Finalizing', 'Completed']);
    expect(watch.lines.at(-1)).toMatch(/Completed +Complete/);
    expect(all.lines.filter((line) => line.endsWith('another'))).toHaveLength(1);
    await run('delete', 'mtg', 'another');
    await kubectl.close();
    await watchers(0);
  });

  it('waits for a condition', async () => {
    const waiting = kubectl.start('wait', '--for=condition=Uploaded', 'mtg/standup', '--timeout=20s');
    const { metadata } = await stored();
    await watchers(1);
    const condition = { type: 'Uploaded' as const, status: 'True' as const, reason: 'Verified', message: '' };
    await write({ conditions: [{ ...condition, lastTransitionTime: time, observedGeneration: metadata.generation }] });

    expect(await waiting.ended()).toBe('meeting.meetingbot.dev/standup condition met');
    expect(await run('wait', '--for=condition=Joined', 'mtg/standup', '--timeout=1s')).toContain('timed out');
  });

  it.skipIf(minor < 23)('waits for a field', async () => {
    const waiting = kubectl.start('wait', '--for=jsonpath={.status.phase}=Failed', 'mtg/standup', '--timeout=20s');
    await watchers(1);
    await write({ phase: 'Failed' });

    expect(await waiting.ended()).toBe('meeting.meetingbot.dev/standup condition met');
  });

  it('deletes, and waits until nothing holds the Meeting any more', async () => {
    await write({}, { finalizers: ['example.com/hold'] });
    const deleting = kubectl.start('delete', 'mtg', 'standup');
    const waiting = kubectl.start('wait', '--for=delete', 'mtg/standup', '--timeout=20s');
    await deleting.until('deleted');
    await watchers(2);
    expect(await run('get', 'mtg')).toMatch(/standup +google-meet +Deleting/);

    await api.patch(`${MEETINGS}/standup`, { metadata: { finalizers: null } });

    expect(await deleting.ended()).toBe('meeting.meetingbot.dev "standup" deleted');
    expect(await waiting.ended()).toMatch(/condition met|^$/);
    expect(await run('get', 'mtg', 'standup', '-n', 'elsewhere')).toContain('(NotFound)');
  });

  it('creates under a name of ours', async () => {
    const made = await run(
      'create',
      '-f',
      await file('', '', manifest().replace('name: standup', 'generateName: daily-')),
    );

    expect(made).toMatch(/^meeting.meetingbot.dev\/daily-\w+ created$/);
    expect(await run('delete', 'mtg', '--all', '--wait=false')).toContain('deleted');
  });

  it('leaves nothing behind', async () => {
    await kubectl.close();

    await watchers(0);
    await eventually(
      () => !api.watches.poller.isRunning,
      () => 'the end of looking for changes',
    );
  });
});
