import { isDeepStrictEqual } from 'node:util';
import {
  type CompleteMeetingSpec,
  type EndReason,
  type GapCause,
  type ManifestTake,
  PrivateHosts,
  RECORDER_FINISH_MS,
  type RecorderHealth,
  type RecorderNotice,
  SecretError,
  type SignedInProfile,
} from '@meetingbot/crds-schema';
import { type EgressProxy, hostMapping, shellWords, startEgressProxy } from '../browser/index.ts';
import { grabStill } from '../capture/index.ts';
import { fetchTeamsBotToken, TeamsBotError } from '../identity/teams-bot-token.ts';
import { MeetingDriver, type MeetingEffects, type MeetingEnd, type MeetingState, rulesOf } from '../meeting/index.ts';
import { type Descriptions, type Platform, platformFor, readDescriptions } from '../platforms/index.ts';
import { createWorkDir, findBrowserUser, type ProcessDeps, type WorkDir } from '../process/index.ts';
import {
  ObjectStoreError,
  openRecording,
  type RecordingWriter,
  tryFor,
  UploadError,
  type WriteCondition,
} from '../upload/index.ts';
import { DrawingWatch } from './drawing-watch.ts';
import { drawnRate } from './drawn-rate.ts';
import { endWords } from './end-words.ts';
import { childEnvironment } from './environment.ts';
import { EvidenceStore } from './evidence-store.ts';
import { leaveMeeting, lookBack } from './leave-meeting.ts';
import { UsageMeter } from './process-usage.ts';
import { secretsOf } from './secrets-of-spec.ts';
import type { SessionOptions, SessionResult, SessionStatus } from './session-types.ts';
import { SoundKeeper } from './sound-keeper.ts';
import { Stage, type StageOptions, type StagePort } from './stage.ts';
import { Takes } from './takes.ts';
import { TimelineBook } from './timeline-book.ts';
import { TimelineStore } from './timeline-store.ts';

/** We are at the door so long before `startAt`, in milliseconds: by then everything is started. */
const EARLY_MS = 10_000;
/** How long S3 may be away at the end when we have been told to go; else RECORDER_FINISH_MS. */
const FINISH_TERMINATED_MS = 55_000;
/** Then a call that hangs leaves time for another one, on another connection. */
const CALL_TERMINATED_MS = FINISH_TERMINATED_MS / 2;
const ENCODER_GRACE_MS = 10_000;
/** A message with the key of its evidence is no longer than a report's may be. */
const MAX_WORDS = 700;
/** How long the operator's descriptions of pages are waited for. */
const DESCRIPTIONS_MS = 10_000;
/** The same where display or sound may be what has died: the encoder waits for them in vain. */
const PAUSE_GRACE_MS = 2000;

/** One recorder at work, from nothing to a finished recording. Knows no API and no settings. */
export class RecordSession {
  readonly #options: SessionOptions;
  readonly #usage: UsageMeter;
  readonly #finishing = new AbortController();
  readonly #book = new TimelineBook();
  readonly #notices: RecorderNotice[] = [];
  /** What must not be in what we keep of a page. */
  readonly #hidden: Set<string>;
  #signedInAs: string | undefined;
  #platform: Platform | undefined;
  #driver: MeetingDriver | undefined;
  #takes: Takes | undefined;
  #sound: SoundKeeper | undefined;
  #writer: Promise<RecordingWriter> | undefined;
  #openWriter: RecordingWriter | undefined;
  #early: MeetingEnd | undefined;
  #isSuperseded = false;
  #keepsFiles = false;
  #joinedAt: number | undefined;
  #participants: number | undefined;
  #phase: SessionStatus['phase'] = 'Joining';
  /** As the user wants it by now. */
  #leave: CompleteMeetingSpec['leave'];

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#hidden = new Set(secretsOf(options.spec));
    this.#usage = new UsageMeter(options.clock);
    this.#leave = options.spec.leave;
    const { identity } = options;
    if (identity !== undefined && 'problem' in identity)
      this.#notices.push(notSignedIn(identity.name, identity.problem));
  }

  status(): SessionStatus {
    const recordingStartedAt = this.#takes?.firstStartedAt;
    return {
      phase: this.#phase,
      ...(this.#joinedAt === undefined ? {} : { joinedAt: this.#joinedAt }),
      ...(recordingStartedAt === undefined ? {} : { recordingStartedAt }),
      ...(this.#participants === undefined ? {} : { participants: this.#participants }),
      ...this.#dialogs(),
      ...(this.#notices.length === 0 ? {} : { notices: this.#notices }),
    };
  }

  #notice(notice: RecorderNotice): void {
    if (this.#notices.some(({ reason }) => reason === notice.reason)) return;
    this.#options.logger.warn(notice, 'not as it was wanted');
    this.#notices.push(notice);
    this.#changed();
  }

  /** A token for Microsoft Teams. The meeting matters more: without one we join as anybody. */
  readonly #vouch = async (signal: AbortSignal): Promise<string | undefined> => {
    const { teamsBot } = this.#options;
    if (teamsBot === undefined) return undefined;
    try {
      const token = await fetchTeamsBotToken(teamsBot, signal);
      this.#hidden.add(token);
      this.#options.logger.info({}, 'identified to Microsoft Teams');
      return token;
    } catch (error) {
      signal.throwIfAborted();
      const why = error instanceof TeamsBotError || error instanceof SecretError ? error.message : 'an internal error';
      this.#notice({ reason: 'NotIdentified', message: `joined without identification as a registered bot: ${why}` });
      return undefined;
    }
  };

  #dialogs(): { dialogs?: ReadonlyMap<string, number> } {
    const dialogs = this.#platform?.answered?.();
    return dialogs === undefined || dialogs.size === 0 ? {} : { dialogs };
  }

  async health(): Promise<RecorderHealth> {
    const { cpuCores, memoryBytes } = await this.#usage.read();
    const lag = this.#openWriter?.lag();
    return {
      ...this.#takes?.health(),
      ...this.#sound?.health(),
      ...(lag === undefined ? {} : { uploadLagSeconds: lag.uploadLagSeconds }),
      ...(cpuCores === undefined ? {} : { cpuCores }),
      memoryBytes,
    };
  }

  /** The times of `spec.leave` as they are by now; the names of other bots stay those of the start. */
  setLeave(leave: CompleteMeetingSpec['leave']): void {
    if (isDeepStrictEqual(leave, this.#leave)) return;
    this.#leave = leave;
    this.#options.logger.info({ leave }, 'spec.leave has changed');
    if (this.#driver !== undefined && this.#platform !== undefined) this.#driver.rules = rulesOf(leave, this.#platform);
  }

  /** Leave and finish: the user wants it. */
  stop(message: string): void {
    this.#end({ reason: 'StopRequested', message });
  }

  /** Leave, finish and be gone soon: the machine wants it. */
  terminate(message: string): void {
    this.#end({ reason: 'Terminated', message });
    this.#writer?.then(
      (writer) => writer.hurry(CALL_TERMINATED_MS),
      () => undefined,
    );
    const { clock } = this.#options;
    void clock.sleep(FINISH_TERMINATED_MS, this.#finishing.signal).then(
      () => this.#finishing.abort(new Error('there is no more time')),
      () => undefined,
    );
  }

  /** Leave at once: another recorder goes on with what is durable. */
  supersede(message: string): void {
    this.#isSuperseded = true;
    this.#end({ reason: 'Terminated', message });
  }

  /** Something of ours is broken: leave and keep what there is. */
  fail(message: string): void {
    this.#end({ reason: 'InternalError', message });
  }

  /** Attends the meeting and finishes the recording. Never rejects; nothing it started is left when it resolves. */
  async run(): Promise<SessionResult> {
    let workDir: WorkDir | undefined;
    try {
      const platform = platformFor(this.#options.spec, await this.#descriptions(), this.#vouch);
      this.#platform = platform;
      const extraArgs = shellWords(this.#options.browser.extraArgs ?? '');
      workDir = await createWorkDir(this.#options.workRoot);
      return await this.#runIn(workDir, platform, extraArgs);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#options.logger.error({ err: error }, 'the session failed');
      return this.#conclude({ reason: 'InternalError', message });
    } finally {
      this.#finishing.abort(new Error('the session is over'));
      // Media that S3 did not take lies in it: then it stays.
      if (!this.#keepsFiles) await workDir?.remove();
    }
  }

  async #runIn(workDir: WorkDir, platform: Platform, extraArgs: readonly string[]): Promise<SessionResult> {
    const { spec, browser, clock, logger } = this.#options;
    const deps: ProcessDeps = { clock, logger, env: childEnvironment(this.#options.env, workDir.path) };
    const { workRoot: root } = this.#options;
    const user = await findBrowserUser(root, deps);
    const mapping = hostMapping(extraArgs);
    const rules = new PrivateHosts(browser.privateHosts);
    const proxy = await startEgressProxy({ rules, mapping, logger });
    const { width, height } = spec.recording;
    const { makeStage = (options: StageOptions) => new Stage(options) } = this.#options;
    const stage = makeStage({
      ...{ workDir: workDir.path, user, root, width, height, refreshRate: drawnRate(spec.recording), deps },
      browser: {
        program: browser.program,
        extraArgs,
        proxyUrl: proxy.url,
        privateUdp: rules.permitsAny,
        signedIn: this.#profile,
      },
      onLost: (what) => this.#driver?.observe({ kind: 'lost', what }),
    });
    const takes = new Takes({
      writer: () => this.#open(workDir),
      size: spec.recording,
      onLost: (what) => this.#driver?.observe({ kind: 'takeLost', what }),
      deps,
    });
    const screen = async () => {
      if (stage.place === undefined) throw new Error('there is no display');
      return grabStill({ ...stage.place, width, height }, deps);
    };
    const evidence = new EvidenceStore({ ...this.#options, screen, hidden: this.#hidden });
    const page = () => this.#driver?.visit?.page;
    const onLost = (what: string) => this.#driver?.observe({ kind: 'lost', what });
    const drawing = new DrawingWatch({ takes, page, onLost, clock });
    const sound = new SoundKeeper({
      ...{ stage, takes, page, onLost, clock, logger },
      onChange: () => this.#changed(),
    });
    this.#takes = takes;
    this.#sound = sound;
    try {
      const driver = this.#makeDriver(platform, this.#effects({ stage, takes, sound, proxy, evidence }));
      this.#driver = driver;
      if (this.#early !== undefined) this.#end(this.#early);
      this.#open(workDir).catch((error: unknown) => driver.observe(storeTrouble(error)));
      void new TimelineStore(this.#book, this.#options).keep(this.#finishing.signal);
      sound.start();
      drawing.start();
      const end = await driver.attend();
      drawing.stop();
      sound.stop();
      return await this.#finish(end, { platform, driver, stage, takes, evidence });
    } finally {
      drawing.stop();
      sound.stop();
      await takes.end(0);
      await Promise.all([stage.close(), this.#openWriter?.close()]);
      await proxy.close();
    }
  }

  #makeDriver(platform: Platform, effects: MeetingEffects): MeetingDriver {
    const { spec, clock, logger, joinedBefore, participantsBefore = 0 } = this.#options;
    const onMonotonic = (wall: number) => clock.monotonic() + wall - clock.now();
    return new MeetingDriver({
      ...{ platform, effects, clock, logger },
      rules: rulesOf(this.#leave, platform),
      enterAt: spec.startAt === undefined ? clock.monotonic() : onMonotonic(Date.parse(spec.startAt) - EARLY_MS),
      ...(joinedBefore === undefined
        ? {}
        : { before: { joinedAt: onMonotonic(joinedBefore), others: participantsBefore > 1 } }),
    });
  }

  #effects(parts: {
    stage: StagePort;
    takes: Takes;
    sound: SoundKeeper;
    proxy: EgressProxy;
    evidence: EvidenceStore;
  }): MeetingEffects {
    const { stage, takes, sound, proxy, evidence } = parts;
    const { clock, logger } = this.#options;
    return {
      arrive: async (deadline, signal) => {
        const { page, hasProfile } = await stage.renew();
        this.#noteProfile(hasProfile);
        signal.throwIfAborted();
        return { page, clock, logger, signal, deadline, egressFailureOf: proxy.failureOf };
      },
      abandon: () => stage.condemn(),
      prepare: async () => {
        if (stage.place !== undefined) await takes.prepare(stage.place);
      },
      discard: () => takes.discard(),
      record: async (why) => {
        const { place } = stage;
        if (place === undefined) throw new Error('there is nothing to record from');
        const rejoined = rejoinedFor(sound);
        await takes.begin(place, why === 'joined' ? undefined : why === 'rejoined' ? rejoined : 'EncoderRestarted');
        this.#changed();
      },
      pause: () => takes.end(PAUSE_GRACE_MS),
      silentMs: () => takes.silentMs(),
      onChange: (state) => this.#follow(state),
      onFault: async (visit, what) => {
        await evidence.keep(visit, what, this.#platform?.notes?.(visit));
      },
      onPeople: (people) => this.#book.look(people, clock.now()),
    };
  }

  get #profile(): SignedInProfile | undefined {
    const { identity } = this.#options;
    return identity !== undefined && 'profile' in identity ? identity.profile : undefined;
  }

  #noteProfile(isThere: boolean): void {
    const { identity } = this.#options;
    if (identity === undefined || this.#profile === undefined) return;
    this.#signedInAs = isThere ? identity.name : undefined;
    if (!isThere) this.#notice(notSignedIn(identity.name, 'the browser does not take its profile'));
  }

  /** A profile whose sign-in has run out is none: the platform says so by asking for a name. */
  #noteGuest(): void {
    const visit = this.#driver?.visit;
    const name = this.#signedInAs;
    if (name === undefined || visit === undefined || this.#platform?.isGuest?.(visit) !== true) return;
    this.#signedInAs = undefined;
    this.#notice(notSignedIn(name, 'the platform takes its profile for no sign-in; it may have run out'));
  }

  /** The operator's descriptions of pages, where there are some. */
  async #descriptions(): Promise<Descriptions> {
    const { store, pagesKey, clock, logger } = this.#options;
    if (pagesKey === undefined) return {};
    const tries = { what: `get ${pagesKey}`, ms: DESCRIPTIONS_MS, clock, logger };
    return readDescriptions(() => tryFor(tries, (signal) => store.get(pagesKey, { signal })), logger);
  }

  /** Opens the recording, once; S3 may be asked before anything is recorded. */
  #open(workDir: WorkDir): Promise<RecordingWriter> {
    const { store, bucket, meeting, attempt, spec, clock, logger: log } = this.#options;
    this.#writer ??= openRecording({
      ...{ store, bucket, meeting, attempt, clock, log, kind: spec.recording.kind, workDir: workDir.path },
    }).then((writer) => {
      this.#openWriter = writer;
      return writer;
    });
    return this.#writer;
  }

  async #finish(
    end: MeetingEnd,
    parts: { platform: Platform; driver: MeetingDriver; stage: StagePort; takes: Takes; evidence: EvidenceStore },
  ): Promise<SessionResult> {
    const { platform, driver, stage, takes, evidence } = parts;
    const { logger } = this.#options;
    const endedAt = this.#options.clock.now();
    this.#phase = 'Finalizing';
    this.#changed();
    logger.info({ reason: end.reason, why: end.message }, 'the meeting is over for us');
    const { visit } = driver;
    await takes.end(ENCODER_GRACE_MS);
    const lastLook = driver.state.evidence;
    const key = await lookBack({ end, platform, visit, evidence, lastLook, logger });
    const leaving = leaveMeeting({ platform, visit, stage, logger });
    const said = { notices: this.#notices, signedInAs: this.#signedInAs };
    try {
      const message = endWords(end, platform.name, said);
      const result = await this.#upload({ ...end, message }, endedAt, takes);
      const shown = key === undefined ? '' : ` (evidence: s3://${this.#options.bucket}/${key})`;
      return this.#conclude({ ...result, message: `${result.message.slice(0, MAX_WORDS)}${shown}` });
    } finally {
      await leaving;
    }
  }

  async #upload({ reason, message }: MeetingEnd, endedAt: number, takes: Takes): Promise<SessionResult> {
    const { attempt, joinedBefore, logger } = this.#options;
    // Where nothing was ever recorded there is nothing to say in S3; what earlier recorders left is finished by us.
    const isWorth = takes.firstStartedAt !== undefined || (attempt > 1 && reason !== 'Terminated');
    if (this.#isSuperseded || !isWorth || this.#openWriter === undefined) return { reason, message };
    const joinedAt = joinedBefore ?? this.#joinedAt;
    const { lost, duplicated } = takes.frames();
    const signal = AbortSignal.any([this.#finishing.signal, AbortSignal.timeout(RECORDER_FINISH_MS)]);
    const timeline = new TimelineStore(this.#book, this.#options);
    const summary = {
      timeline: (media: readonly ManifestTake[], condition: WriteCondition) =>
        timeline.finish(media, condition, signal),
      ...{ reason, endedAt, framesLost: lost, framesDuplicated: duplicated },
      soundLost: this.#sound?.losses() ?? [],
      // Where it has recorded and does no longer, it ended while it was being joined again.
      ...(takes.firstStartedAt === undefined ? {} : { endCause: rejoinedFor(this.#sound) }),
      ...(joinedAt === undefined ? {} : { joinedAt }),
    };
    try {
      const manifest = await this.#openWriter.finish(summary, signal);
      return { reason, message, manifest };
    } catch (error) {
      if (!(error instanceof UploadError)) throw error;
      this.#keepsFiles = error.directory !== undefined;
      logger.error({ err: error, directory: error.directory }, 'the recording could not be uploaded');
      const rest =
        error.directory === undefined
          ? ''
          : `; what S3 did not take is in ${error.directory} (manifest.json says where it belongs) as long as the task lives`;
      const why = `${error.message} (the meeting ended with ${reason})${rest}`;
      return { reason: 'UploadFailed', endedWith: reason, message: why };
    }
  }

  #conclude(result: SessionResult): SessionResult {
    this.#options.onResult?.(result);
    return result;
  }

  #end(end: MeetingEnd): void {
    this.#early = this.#early ?? end;
    const { reason, message } = end;
    if (reason === 'StopRequested') this.#driver?.observe({ kind: 'stop', message });
    else if (reason === 'Terminated') this.#driver?.observe({ kind: 'terminate', message });
    else this.#driver?.observe({ kind: 'failed', reason, message });
  }

  #follow(state: MeetingState): void {
    const { clock } = this.#options;
    if (state.joinedAt !== undefined) this.#joinedAt ??= clock.now() - (clock.monotonic() - state.joinedAt);
    this.#participants = state.participants;
    this.#noteGuest();
    // Towards the outside a recording that is being mended goes on.
    if (state.phase === 'inCall') this.#phase = 'Recording';
    else if (state.phase === 'lobby' && this.#phase === 'Joining') this.#phase = 'Lobby';
    this.#changed();
  }

  #changed(): void {
    this.#options.onChange?.(this.status());
  }
}

/** Why what is missing before the take that begins now, or before the end, is missing. Asked once for each. */
const rejoinedFor = (sound: SoundKeeper | undefined): GapCause =>
  sound?.hasRejoined() === true ? 'SoundRestarted' : 'Rejoined';

function storeTrouble(error: unknown): { kind: 'failed'; reason: EndReason; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  const reason = error instanceof ObjectStoreError ? 'UploadFailed' : 'InternalError';
  return { kind: 'failed', reason, message: `the recording cannot be opened: ${message}` };
}

const notSignedIn = (name: string, why: string): RecorderNotice => ({
  reason: 'NotSignedIn',
  message: `joined as a guest, not as ${name}: ${why}`,
});
