import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  isTerminal,
  type Meeting,
  type MeetingSpec,
  type RecordingManifest,
  type Timeline,
  timelineKey,
} from '@meetingbot/crds-schema';
import { BUILT_IN } from '@meetingbot/recorder';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeOpenDirectory } from '../../testing/open-directory.ts';
import { ApiClient } from '../demo/api-client.ts';
import { Downloader } from '../demo/download.ts';
import { LOCAL } from '../stack/places.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import type { FakeMeeting, SitePlatform } from './fake-meeting.ts';
import type { Script } from './script.ts';
import { type Sites, startSites } from './sites.ts';
import { NAME, PICTURE } from './testing/attendance.ts';
import { attendAlone, type LoneSession } from './testing/lone-session.ts';

const LIMIT_MS = 240_000;
const WAIT = { timeout: 120_000, interval: 200 };
/** Words that a description of a platform knows as a question: said by us in the chat they must be none. */
const ANNOUNCEMENT = 'Hello, this is a recorder: This meeting is being recorded & kept.';
/** A look at the page is so far apart from the next that what it shows is known so late, in seconds. */
const LOOKS_SECONDS = 3;

/** What an operator writes on the Tuesday on which Meet's button has changed. */
const MENDED = {
  platforms: [
    {
      ...BUILT_IN['google-meet'],
      version: '2026-11-24',
      join: { ...BUILT_IN['google-meet'].join, join: [{ names: ['Hop in'] }] },
    },
  ],
};
const BROKEN = { platforms: [{ ...MENDED.platforms[0], version: 'of Tuesday' }] };
const PAGES_KEY = 'settings/pages.json';

let root: string;
let sites: Sites;
let stack: Stack;
let api: ApiClient;
let s3: S3Client;
let lone = 0;

beforeAll(async () => {
  root = makeOpenDirectory('mb-promises-');
  sites = await startSites();
  stack = await startStack({
    dataDir: join(root, 'stack'),
    ports: { api: 0, s3: 0, dynamodb: 0, ecs: 0 },
    settings: { CHROME_EXTRA_ARGS: sites.chromeArgs, PLATFORM_PAGES_KEY: PAGES_KEY },
  });
  api = new ApiClient(stack.api.info.url);
  const { region, accessKeyId, secretAccessKey, bucket } = LOCAL;
  const credentials = { accessKeyId, secretAccessKey };
  s3 = new S3Client({ endpoint: stack.s3.info.url, region, forcePathStyle: true, credentials });
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: PAGES_KEY, Body: JSON.stringify(MENDED) }));
});
afterAll(async () => {
  if (s3 !== undefined) s3.destroy();
  await stack?.stop();
  await sites?.close();
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

/** A Meeting at the stack, launched by the controller. */
async function launch(fake: FakeMeeting, name: string, spec: Partial<MeetingSpec>): Promise<Meeting> {
  const wanted = { displayName: NAME, recording: PICTURE, maxAttempts: 1, ...spec, url: sites.urlOf(fake) };
  return api.create({ metadata: { name }, spec: wanted });
}

const ended = (name: string) =>
  vi.waitFor(async () => {
    const meeting = await api.get(name);
    if (!isTerminal(meeting.status.phase)) throw new Error(`${name} is ${meeting.status.phase}`);
    return meeting;
  }, WAIT);

async function alone(
  platform: SitePlatform,
  script: Partial<Script>,
  more: { spec?: Partial<MeetingSpec>; pages?: unknown } = {},
): Promise<LoneSession & { fake: FakeMeeting }> {
  const fake = sites.arrange(platform, [script]);
  lone += 1;
  const { spec = {}, ...pages } = more;
  const options = { workRoot: join(root, `lone-${lone}`), url: sites.urlOf(fake), chromeArgs: sites.chromeArgs };
  return { ...(await attendAlone({ ...options, spec, ...pages })), fake };
}

const said = (fake: FakeMeeting) => fake.journal.flatMap(({ what, text }) => (what === 'said' ? [text] : []));
const saidSomething = (fake: FakeMeeting) => vi.waitFor(() => expect(said(fake)).not.toEqual([]), WAIT);
const isRecorded = (session: LoneSession['session']) =>
  vi.waitFor(() => expect(session.status().recordingStartedAt).toBeDefined(), WAIT);
const seconds = (count: number) => new Promise((done) => setTimeout(done, count * 1000));

describe.concurrent('of a meeting on a fake site', { timeout: LIMIT_MS }, () => {
  it('that nobody gets into the reason is told: it is over, its button is unknown, its passcode another one', async () => {
    const [late, renamed, locked] = await Promise.all([
      alone('google-meet', { door: 'ended' }),
      // By the built-in description, which does not know the button.
      alone('google-meet', { joinRenamed: true }, { spec: { leave: { lobbySeconds: 25 } } }),
      alone('jitsi', { passcode: 'another' }, { spec: { passcode: 'ours-is-secret' } }),
    ]);
    const results = await Promise.all([late.result, renamed.result, locked.result]);
    expect(results.map(({ reason, message, manifest }) => [reason, message, manifest])).toEqual([
      ['Missed', expect.stringContaining('the meeting was over before we were in it'), undefined],
      ['JoinFailed', expect.stringContaining('led nowhere'), undefined],
      ['WrongPasscode', expect.stringContaining('goes on asking'), undefined],
    ]);
    expect(renamed.fake.last('asked')).toBeUndefined();
    expect(JSON.stringify(results) + locked.log.join()).not.toContain('ours-is-secret');
    const kept = await evidenceOf(locked);
    expect(kept).toContain('value="(hidden)"');
    expect(kept).not.toContain('ours-is-secret');
  });

  it('a join button that nobody has seen before is found by a document in S3, and each answered question is counted', async () => {
    const fake = sites.arrange('google-meet', [
      {
        joinRenamed: true,
        answer: 'straight',
        doorDialogs: ['devices', 'cookies'],
        callDialogs: ['consent', 'notice'],
      },
    ]);
    const meeting = await launch(fake, 'tuesday', { announce: ANNOUNCEMENT });
    await saidSomething(fake);
    fake.act('askConsent');
    await seconds(4);
    fake.act('hostEnds');

    const { status } = await ended('tuesday');

    expect(status).toMatchObject({ phase: 'Completed', reason: 'HostEnded', outcome: 'Complete' });
    expect(said(fake)).toEqual([ANNOUNCEMENT]);
    const dialogs = status.recorder?.dialogs ?? [];
    expect(Object.fromEntries(dialogs.map(({ name, answered }) => [name, answered]))).toEqual({
      ...{ 'no-devices': 1, cookies: 1, 'got-it': 1, 'recording-consent': 2 },
    });
    expect(fake.journal.filter(({ what }) => what === 'agreed')).toHaveLength(2);
    expect((await timelineOf(meeting)).participants).toEqual(['Ada Lovelace', 'Grace Hopper']);
  });

  it('who came, spoke and left stands in timeline.json with its place in the recording, and nothing is announced unasked', async () => {
    const fake = sites.arrange('jitsi', [{ answer: 'straight' }]);
    const meeting = await launch(fake, 'people', { leave: { aloneSeconds: 9 } });
    const downloader = new Downloader(stack.s3.info.url);
    await vi.waitFor(async () => expect((await api.get('people')).status.phase).toBe('Recording'), WAIT);
    await seconds(6);
    const cameAt = Date.now();
    fake.act('talkOfTheEnd');
    await seconds(5);
    const leftAt = Date.now();
    fake.act('everybodyLeaves');

    const { status } = await ended('people');

    expect(status).toMatchObject({ phase: 'Completed', reason: 'LeftAlone' });
    const manifest = await downloader.manifest(meeting);
    downloader.close();
    const timeline = await timelineOf(meeting);
    const guest = 'The meeting has been terminated';
    expect(timeline.participants).toEqual(['Ada Lovelace', 'Grace Hopper', guest]);
    const at = (kind: string, name: string) => {
      const found = timeline.events.filter((event) => event.kind === kind && event.name === name);
      expect(found, `${name} ${kind}`).toHaveLength(1);
      return found[0]?.media ?? Number.NaN;
    };
    for (const name of ['Ada Lovelace', 'Grace Hopper']) expect(at('joined', name)).toBeLessThan(LOOKS_SECONDS);
    expect(at('speaking', 'Ada Lovelace')).toBeLessThan(LOOKS_SECONDS);
    near(at('joined', guest), placeOf(cameAt, manifest));
    near(at('silent', 'Ada Lovelace'), placeOf(leftAt, manifest));
    for (const name of timeline.participants) near(at('left', name), placeOf(leftAt, manifest));
    expect(timeline.events.filter(({ kind, name }) => kind === 'speaking' && name !== 'Ada Lovelace')).toEqual([]);
    expect(said(fake)).toEqual([]);
    expect(status.recorder?.dialogs).toBeUndefined();
  });

  it('what is to be announced is said once in the chat of Teams, Zoom and Jitsi', async () => {
    const platforms = ['microsoft-teams', 'zoom', 'jitsi'] as const;
    const spec = { announce: ANNOUNCEMENT };
    const attending = platforms.map((platform) => alone(platform, { answer: 'straight' }, { spec }));
    for (const { fake, session, result } of await Promise.all(attending)) {
      await saidSomething(fake);
      await seconds(3);
      session.stop('enough');
      expect(await result).toMatchObject({ reason: 'StopRequested', manifest: { outcome: 'Complete' } });
      expect(said(fake)).toEqual([ANNOUNCEMENT]);
    }
  });

  it('neither a chat that is closed to guests nor a broken document harms the recording', async () => {
    const { fake, session, result, log } = await alone(
      'google-meet',
      { guestsMayWrite: false, answer: 'straight' },
      { spec: { announce: ANNOUNCEMENT }, pages: BROKEN },
    );
    await isRecorded(session);
    await vi.waitFor(() => expect(log.join('\n')).toContain('there is no chat to announce in'), WAIT);
    fake.act('hostEnds');
    expect(await result).toMatchObject({ reason: 'HostEnded', manifest: { outcome: 'Complete', gaps: [] } });
    expect(said(fake)).toEqual([]);
    const warned = log.filter((line) => line.startsWith('the built-in descriptions of pages are used'));
    expect(warned).toEqual([expect.stringMatching(/PLATFORM_PAGES_KEY.*platforms\[0\]\.version/)]);
  });
});

/** All texts that were kept of a page. */
async function evidenceOf({ store }: LoneSession): Promise<string> {
  const keys = (await store.list('')).map(({ key }) => key).filter((key) => /evidence.*\.(json|txt)$/.test(key));
  return (await Promise.all(keys.map((key) => store.get(key)))).map(String).join('\n');
}

async function timelineOf({ metadata }: Meeting): Promise<Timeline> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: LOCAL.bucket, Key: timelineKey(metadata) }));
  return JSON.parse((await Body?.transformToString()) ?? '') as Timeline;
}

/** Where a moment is in a recording of one take, in seconds. */
function placeOf(at: number, { takes }: RecordingManifest): number {
  expect(takes).toHaveLength(1);
  return (at - Date.parse(takes[0]?.startedAt ?? '')) / 1000;
}

function near(media: number, place: number): void {
  expect(media).toBeGreaterThan(place - LOOKS_SECONDS);
  expect(media).toBeLessThan(place + LOOKS_SECONDS);
}
