import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CompleteMeetingSpec,
  completeSpec,
  evidenceKey,
  recordingKey,
  silentLogger,
  systemClock,
} from '@meetingbot/crds-schema';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { audioTracks, probe, videoTrack } from '../media/index.ts';
import { processesOf } from '../process/processes.fixture.ts';
import { type Conference, JOIN, startConference } from './conference.fixture.ts';
import { FileObjectStore } from './file-object-store.ts';
import { RecordSession } from './record-session.ts';
import type { SessionOptions, SessionResult } from './session-types.ts';

const MEETING = { namespace: 'test', name: 'meeting', uid: 'uid-1' };
const deps = { clock: systemClock, logger: silentLogger, env: { PATH: process.env['PATH'] ?? '' } };
let conference: Conference;
let workRoot: string;
let store: FileObjectStore;
let session: RecordSession;

beforeEach(async () => {
  conference = await startConference();
  workRoot = await mkdtemp(join(tmpdir(), 'session-test-'));
  store = new FileObjectStore(join(workRoot, 'bucket'));
});
afterEach(async () => {
  conference.close();
  await rm(workRoot, { recursive: true, force: true });
});

function start(spec: object = {}, options: Partial<SessionOptions> = {}): Promise<SessionResult> {
  const complete = completeSpec({
    ...{ url: conference.url, platform: 'web', displayName: 'Recorder', join: JOIN },
    ...{ recording: { width: 640, height: 360 }, ...spec },
  });
  session = new RecordSession({
    ...{ spec: complete.spec as CompleteMeetingSpec, meeting: MEETING, attempt: 1, store, bucket: 'local' },
    browser: { program: '/usr/bin/chromium', privateHosts: '127.0.0.1' },
    ...{ workRoot, env: process.env, clock: systemClock, logger: silentLogger },
    ...options,
  });
  return session.run();
}

/** Waits until so many seconds of the call are recorded since now. */
async function recorded(seconds: number): Promise<void> {
  await vi.waitFor(() => expect(session.status().recordingStartedAt).toBeDefined(), { timeout: 40_000 });
  await systemClock.sleep(seconds * 1000);
}

const ours = () => processesOf(workRoot);

async function expectNothingLeft(): Promise<void> {
  await vi.waitFor(() => expect(ours()).toEqual([]), { timeout: 5000 });
  expect(await readdir(workRoot)).toEqual(['bucket']);
}

describe('a session', () => {
  it('joins by the steps, records picture and sound of the call, and is gone when the host ends it', async () => {
    const running = start();
    await recorded(6);
    expect(session.status()).toMatchObject({ phase: 'Recording', participants: 2 });
    expect(await session.health()).toMatchObject({
      droppedFrames: expect.any(Number),
      encoderSpeed: expect.any(Number),
    });
    conference.order('end');

    const { reason, manifest } = await running;

    expect(reason).toBe('HostEnded');
    expect(manifest).toMatchObject({ outcome: 'Complete', gaps: [], takes: [{ take: 1 }] });
    const file = store.pathOf(recordingKey(MEETING));
    const media = await probe(file, deps);
    expect(videoTrack(media)).toMatchObject({ width: 640, height: 360 });
    expect(audioTracks(media).length).toBeGreaterThan(0);
    expect(media.durationSeconds).toBeGreaterThan(5);
    expect(media.durationSeconds).toBeLessThan(12);
    expect(conference.left).toContain('Recorder! (host)');
    await expectNothingLeft();
  });

  it('leaves when everybody else has left', async () => {
    const running = start({ leave: { aloneSeconds: 2 } });
    await recorded(2);
    conference.order('alone');
    expect(await running).toMatchObject({ reason: 'LeftAlone', manifest: { outcome: 'Complete' } });
  });

  it('finishes within the time when it is told to end', async () => {
    const running = start();
    await recorded(3);
    const before = performance.now();
    session.terminate('SIGTERM');
    expect(await running).toMatchObject({ reason: 'Terminated', manifest: { gaps: [] } });
    expect(performance.now() - before).toBeLessThan(15_000);
    await expectNothingLeft();
  });

  it('ends at once when it is stopped before it is in', async () => {
    const running = start();
    session.stop('spec.stop is true');
    const result = await running;
    expect(result).toEqual({ reason: 'StopRequested', message: 'spec.stop is true' });
    await vi.waitFor(() => expect(ours()).toEqual([]), { timeout: 5000 });
  });

  it('keeps what a page looked like that it does not know, and says which step it was', async () => {
    const steps = [{ waitFor: '#name' }, { click: '#no-such' }];
    const result = await start({ join: { steps, joined: '#call' }, leave: { lobbySeconds: 4 } });
    expect(result).toMatchObject({ reason: 'JoinFailed' });
    const notes = evidenceKey(MEETING, 1, '01.json');
    expect(result.message).toBe(
      `spec.join.steps[1] (click #no-such): the element did not appear in time (evidence: s3://local/${notes})`,
    );
    const keys = (await store.list('')).map(({ key }) => key);
    expect(keys).toEqual(['json', 'png', 'html.txt'].map((end) => evidenceKey(MEETING, 1, `01.${end}`)).sort());
  });

  it.each([
    [
      'no Chromium',
      { browser: { program: '/no/chromium' } },
      {},
      'InternalError',
      'there is no Chromium at /no/chromium',
    ],
    ['a private address', { browser: { program: '/usr/bin/chromium' } }, {}, 'JoinFailed', 'BROWSER_PRIVATE_HOSTS'],
    ['a host that does not exist', {}, { url: 'http://nowhere.invalid/' }, 'MeetingNotFound', 'there is no such host'],
    [
      'a selector that is none',
      {},
      { join: { steps: [{ click: '#[' }], joined: 'b' } },
      'JoinFailed',
      'not a selector',
    ],
  ])('says in plain words that there is %s', async (_, options, spec, reason, message) => {
    const result = await start(spec, options);
    expect(result).toMatchObject({ reason, message: expect.stringContaining(message) });
    expect(result.manifest).toBeUndefined();
  });
});
