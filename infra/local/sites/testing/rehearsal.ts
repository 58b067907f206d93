import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { isTerminal, type Meeting, type MeetingSpec, meetingPrefix, parseTakeKey } from '@meetingbot/crds-schema';
import { ApiClient } from '../../demo/api-client.ts';
import { Downloader } from '../../demo/download.ts';
import { LiveRecorder } from '../../durability/live-recorder.ts';
import { LOCAL } from '../../stack/places.ts';
import { type Stack, startStack } from '../../stack/stack.ts';
import type { FakeMeeting } from '../fake-meeting.ts';
import type { Cue, Scenario } from '../scenarios/scenario.ts';
import { type Sites, startSites } from '../sites.ts';

/** Nothing takes so long, also on a slow machine. */
const LIMIT_MS = 150_000;
const POLL_MS = 150;
/** As small and as slow as a recording can be: many run at a time. */
const PICTURE = { width: 640, height: 360, frameRate: 5 } as const;
export const NAME = 'Meeting Recorder';

/** A scenario that was played to its end. */
export interface Played {
  readonly scenario: Scenario;
  readonly fake: FakeMeeting;
  readonly meeting: Meeting;
  /** Phases that the Meeting was seen in, in order. */
  readonly phases: readonly string[];
  /** When each cue was given, wall clock in milliseconds. */
  readonly cues: ReadonlyMap<Cue['do'], number>;
  /** How long all of it took. */
  readonly seconds: number;
}

/** The fake sites, and the whole embedded stack that records meetings of theirs. */
export class Rehearsal {
  readonly dataDir: string;
  readonly sites: Sites;
  readonly downloader: Downloader;
  readonly #stack: Stack;
  readonly #api: ApiClient;
  readonly #s3: S3Client;

  private constructor(dataDir: string, sites: Sites, stack: Stack) {
    this.dataDir = dataDir;
    this.sites = sites;
    this.#stack = stack;
    this.#api = new ApiClient(stack.api.info.url);
    this.downloader = new Downloader(stack.s3.info.url);
    const { region, accessKeyId, secretAccessKey } = LOCAL;
    const credentials = { accessKeyId, secretAccessKey };
    this.#s3 = new S3Client({ endpoint: stack.s3.info.url, region, forcePathStyle: true, credentials });
  }

  /** @param atOnce - how many meetings are recorded at a time */
  static async start(atOnce: number): Promise<Rehearsal> {
    const sites = await startSites();
    const dataDir = mkdtempSync(join(tmpdir(), 'mb-sites-'));
    try {
      const stack = await startStack({
        dataDir,
        ports: { api: 0, s3: 0, dynamodb: 0, ecs: 0 },
        settings: { CHROME_EXTRA_ARGS: sites.chromeArgs, MAX_CONCURRENT_MEETINGS: String(atOnce) },
      });
      return new Rehearsal(dataDir, sites, stack);
    } catch (error) {
      await sites.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.downloader.close();
    this.#s3.destroy();
    await this.#stack.stop();
    await this.sites.close();
    rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Writes a Meeting for the scenario, gives its cues, and waits until it is over. */
  async play(scenario: Scenario, name: string, more: Partial<MeetingSpec> = {}): Promise<Played> {
    const begin = performance.now();
    const fake = this.sites.arrange(scenario.platform, scenario.visits);
    const url = this.sites.urlOf(fake);
    await this.#api.create({
      metadata: { name },
      spec: { url, displayName: NAME, recording: PICTURE, maxAttempts: 1, ...scenario.spec, ...more },
    });
    const phases: string[] = [];
    const cues = new Map<Cue['do'], number>();
    for (const cue of scenario.cues ?? []) {
      await this.#until(name, phases, `${cue.once}, for ${cue.do}`, (meeting) => this.#isUnderWay(cue, meeting, fake));
      await new Promise((resolve) => setTimeout(resolve, cue.seconds * 1000));
      cues.set(cue.do, Date.now());
      await this.#give(cue.do, name, fake);
    }
    const meeting = await this.#until(name, phases, 'over', ({ status }) => isTerminal(status.phase));
    return { scenario, fake, meeting, phases, cues, seconds: (performance.now() - begin) / 1000 };
  }

  async keysOf({ metadata }: Meeting): Promise<string[]> {
    const Prefix = meetingPrefix(metadata);
    const { Contents = [] } = await this.#s3.send(new ListObjectsV2Command({ Bucket: LOCAL.bucket, Prefix }));
    return Contents.map(({ Key = '' }) => Key);
  }

  async #give(act: Cue['do'], name: string, fake: FakeMeeting): Promise<void> {
    if (act === 'stop') await this.#api.patch(name, { spec: { stop: true } });
    else if (act === 'crash') new LiveRecorder(this.dataDir, name).signal(/--type=renderer/, 'SIGKILL');
    else fake.act(act);
  }

  async #isUnderWay({ once }: Cue, meeting: Meeting, fake: FakeMeeting): Promise<boolean> {
    switch (once) {
      case 'lobby':
        return fake.last('lobby') !== undefined && meeting.status.phase === 'Lobby';
      case 'recording':
        return meeting.status.recorder?.recordingStartedAt !== undefined;
      case 'again':
        return (await this.keysOf(meeting)).some((key) => (parseTakeKey(meeting.metadata, key)?.take ?? 0) > 1);
    }
  }

  async #until(
    name: string,
    phases: string[],
    what: string,
    holds: (meeting: Meeting) => boolean | Promise<boolean>,
  ): Promise<Meeting> {
    const deadline = performance.now() + LIMIT_MS;
    for (;;) {
      const meeting = await this.#api.get(name);
      const { phase, reason, message } = meeting.status;
      if (phases.at(-1) !== phase) phases.push(phase);
      if (await holds(meeting)) return meeting;
      if (isTerminal(phase) || performance.now() > deadline) {
        throw new Error(`not ${what}, but ${phase}, ${reason}: ${message} (${phases.join(' → ')})`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}
