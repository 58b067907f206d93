import {
  assertNever,
  type EndReason,
  EXIT_CODES,
  isAttemptOver,
  type Meeting,
  type RecorderPhase,
  type RecorderReport,
} from '@meetingbot/crds-schema';
import { ApiError } from '../api/status-error.ts';
import type { Bucket } from './bucket.ts';
import { secondsOf } from './bucket.ts';
import type { Fate } from './fate.ts';
import { EPOCH, Life } from './life.ts';
import type { Scheduler } from './scheduler.ts';

/** Milliseconds between two words of a recorder. */
const HEARTBEAT = 30_000;
/** Media is durable within this; what is younger is lost with the recorder. Milliseconds. */
const DURABLE_WITHIN = 10_000;
/** How long a recorder that can't read its Meeting goes on trying. Milliseconds. */
const READ_FOR = 120_000;

/** The API as a recorder reaches it: through whichever replica answers. It rejects when none does. */
export interface RecorderApi {
  read(caller: Life): Promise<Meeting>;
  report(caller: Life, report: RecorderReport): Promise<Meeting>;
}

export interface RecorderOptions {
  uid: string;
  attempt: number;
  mode: string;
  fate: Fate;
  scheduler: Scheduler;
  bucket: Bucket;
  api: RecorderApi;
  /** Its process is over; undefined: killed. */
  onExit: (exitCode: number | undefined) => void;
}

/** A recorder as far as the controller can tell it from a real one: what it says, what it leaves in S3, how it exits. */
export class Recorder {
  readonly life: Life;
  readonly #options: RecorderOptions;
  #sequence = 0;
  #joinedAt: number | undefined;
  #leave: (() => void) | undefined;
  #reason: EndReason | undefined;
  /** It runs but does nothing any more. */
  isHung = false;
  /** When it began to leave, milliseconds since the start. */
  endingSince: number | undefined;
  /** The reason it has let somebody know, by manifest or report. */
  #told: EndReason | undefined;
  /** The reason it has exited with. */
  #exitedWith: EndReason | undefined;
  /** It saw that the user wants it out. */
  sawStop = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.life = new Life(`recorder ${options.uid}/${options.attempt}`, options.scheduler);
  }

  start(): void {
    if (this.#options.mode === 'ghost') {
      this.#hang();
      return;
    }
    const work = this.#options.mode === 'salvage' ? this.#salvage() : this.#record();
    work.catch((error: unknown) => {
      throw error;
    });
  }

  /** @param isRemembered - somebody knows its task, so that ECS can be asked for its exit code */
  /** Why its meeting was over for it, whatever became of the upload. */
  get endedWith(): EndReason {
    return this.#reason ?? this.#options.fate.reason;
  }

  told(isRemembered: boolean): EndReason | undefined {
    return this.#told ?? (isRemembered ? this.#exitedWith : undefined);
  }

  /** SIGTERM. */
  terminate(): void {
    this.#wantOut('Terminated');
  }

  /** SIGKILL, or the machine under it is lost. */
  kill(): void {
    if (!this.life.isAlive) return;
    this.#keepMedia(DURABLE_WITHIN);
    this.life.kill();
  }

  async #record(): Promise<void> {
    const { fate } = this.#options;
    const { mishap } = fate;
    if (mishap?.kind === 'hangs') this.life.after(mishap.at, () => this.#hang());
    if (mishap?.kind === 'exitsEarly') this.life.after(mishap.at, () => this.#exit(0, DURABLE_WITHIN));
    if (mishap?.kind === 'fails') this.life.after(mishap.at, () => this.#wantOut(mishap.reason));
    if (!(await this.#mayBegin())) return;
    await this.#say('Joining');
    await this.#during(fate.joinMs, 'Joining', fate.endsIn === 'Joining');
    if (fate.lobbyMs > 0) {
      await this.#say('Lobby');
      await this.#during(fate.lobbyMs, 'Lobby', fate.endsIn === 'Lobby');
    }
    if (this.#reason === undefined) {
      this.#joinedAt = this.#options.scheduler.time;
      await this.#say('Recording');
      await this.#during(fate.recordMs, 'Recording', true);
    }
    await this.#finish();
  }

  /** Stays for `ms` or until something wants it out, saying so now and then. */
  async #during(ms: number, phase: RecorderPhase, endsHere: boolean): Promise<void> {
    const until = this.#options.scheduler.time + ms;
    for (;;) {
      const left = until - this.#options.scheduler.time;
      if (this.#reason !== undefined) return;
      if (left <= 0) break;
      await this.#waitOrLeave(Math.min(HEARTBEAT, left));
      this.#keepMedia(DURABLE_WITHIN);
      if (this.#reason === undefined && left > HEARTBEAT) await this.#say(phase);
    }
    if (endsHere) this.#wantOut(this.#options.fate.reason);
  }

  #wantOut(reason: EndReason): void {
    if (this.#reason !== undefined || this.isHung) return;
    this.#reason = reason;
    this.endingSince = this.#options.scheduler.time;
    this.#leave?.();
  }

  #waitOrLeave(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.life.after(ms, resolve);
      this.#leave = () => {
        timer.cancel();
        this.life.after(0, resolve);
      };
    });
  }

  async #finish(): Promise<void> {
    const { fate } = this.#options;
    const mishap = fate.mishap?.kind;
    const { endedWith } = this;
    const reason = mishap === 'uploadFails' ? 'UploadFailed' : endedWith;
    this.#leave = undefined;
    this.#keepMedia(0);
    await this.#say('Finalizing');
    if (mishap === 'hangsAtEnd') return this.#hang();
    if (mishap === 'exitsWithoutManifest') return this.#exit(0, 0);
    if (mishap === 'uploadFails') {
      if (await this.#say('Done', { reason, endedWith })) this.#told = reason;
    } else if (mishap !== 'tellsByExitCodeOnly' && reason !== 'UploadFailed') {
      await this.#upload(reason, mishap === 'diesBetweenUploads');
      if (!this.life.isAlive) return;
      const { bucket, uid, attempt } = this.#options;
      if (bucket.manifest(uid)?.attempt === attempt) this.#told = reason;
      if (await this.#say('Done', { reason })) this.#told = reason;
    }
    const code = EXIT_CODES[reason];
    await this.life.wait(500);
    // Killed in that moment it exits with another code, which tells nothing.
    if (code !== 0) this.#exitedWith = reason;
    this.#exit(code, 0);
  }

  /** As the recorder's own finishing: nothing is ever made less, a later attempt's manifest stays. */
  async #upload(reason: EndReason, dies: boolean): Promise<void> {
    const { uid, attempt, bucket, fate } = this.#options;
    await this.life.wait(fate.finalizeMs);
    const current = bucket.manifest(uid);
    if (current !== undefined && (current.attempt > attempt || !bucket.hasLeftovers(uid))) return;
    const media = bucket.assemble(uid);
    const empty = media.size === 0;
    if (!empty) bucket.putRecording(uid, media);
    if (dies) {
      this.#exit(undefined, 0);
      return;
    }
    await this.life.wait(200);
    bucket.putManifest(uid, {
      attempt,
      reason,
      holds: empty ? undefined : media,
      missingSeconds: empty ? 0 : this.#missing(secondsOf(media)),
    });
  }

  async #salvage(): Promise<void> {
    const { fate } = this.#options;
    if (fate.mishap !== undefined) {
      this.life.after(fate.mishap.at / 50, () => this.#exit(undefined, 0));
    }
    await this.life.wait(fate.joinMs);
    await this.#upload('RecorderLost', false);
    this.#exit(0, 0);
  }

  /** @returns false when it is not wanted any more, or nobody can say */
  async #mayBegin(): Promise<boolean> {
    const { api, scheduler } = this.#options;
    const until = scheduler.time + READ_FOR;
    for (;;) {
      try {
        this.#heed(await api.read(this.life));
        return true;
      } catch (error) {
        const over = this.#isOver(error);
        if (over || scheduler.time > until) {
          this.#exit(over ? EXIT_CODES.Terminated : EXIT_CODES.InternalError, 0);
          return false;
        }
        await this.life.wait(5_000);
      }
    }
  }

  /** @returns whether it was heard */
  async #say(phase: RecorderPhase, end?: { reason: EndReason; endedWith?: EndReason }): Promise<boolean> {
    const { api, attempt, uid, bucket, scheduler } = this.#options;
    const at = new Date(EPOCH + scheduler.time).toISOString();
    const joinedAt = this.#joinedAt === undefined ? undefined : new Date(EPOCH + this.#joinedAt).toISOString();
    const report: RecorderReport = {
      attempt,
      sequence: ++this.#sequence,
      phase,
      at,
      ...(joinedAt === undefined ? {} : { joinedAt, recordingStartedAt: joinedAt }),
      ...(end === undefined ? {} : { result: { ...end, manifest: bucket.manifest(uid)?.attempt === attempt } }),
    };
    try {
      this.#heed(await api.report(this.life, report));
      return true;
    } catch (error) {
      // The API may be away: recording goes on. Only the word that it is over ends it.
      if (this.#isOver(error)) this.#exit(EXIT_CODES.Terminated, 0);
      return false;
    }
  }

  #heed(meeting: Meeting): void {
    if (meeting.spec.stop !== true && meeting.metadata.deletionTimestamp === undefined) return;
    this.sawStop = true;
    this.#wantOut('StopRequested');
  }

  #isOver(error: unknown): boolean {
    return error instanceof ApiError && (error.reason === 'NotFound' || isAttemptOver(error));
  }

  #hang(): void {
    this.#keepMedia(DURABLE_WITHIN);
    this.isHung = true;
    this.life.pause(Number.MAX_SAFE_INTEGER / 4);
  }

  /** @param unsafe - milliseconds of media that are not durable yet */
  #keepMedia(unsafe: number): void {
    if (this.#joinedAt === undefined || this.isHung) return;
    const { scheduler, bucket, uid, attempt } = this.#options;
    const until = this.endingSince ?? scheduler.time - unsafe;
    bucket.keep(uid, attempt, Math.max(0, Math.floor((until - this.#joinedAt) / 1000)));
  }

  #missing(recorded: number): number {
    const { scheduler } = this.#options;
    const first = this.#firstStart();
    return Math.max(0, Math.floor(((this.endingSince ?? scheduler.time) - first) / 1000) - recorded);
  }

  #firstStart(): number {
    return this.#joinedAt ?? this.#options.scheduler.time;
  }

  #exit(code: number | undefined, unsafe: number): void {
    if (!this.life.isAlive) return;
    this.#keepMedia(unsafe);
    this.life.kill();
    this.#options.onExit(code);
  }
}

/** What befalls a task from outside, as ECS words it. */
export function stopCodeOf(kind: 'spot' | 'maintenance' | 'hostLost'): { stopCode: string; stopReason: string } {
  switch (kind) {
    case 'spot':
      return { stopCode: 'SpotInterruption', stopReason: 'Your Spot Task was interrupted.' };
    case 'maintenance':
      return { stopCode: 'TerminationNotice', stopReason: 'ECS is performing maintenance on the underlying host' };
    case 'hostLost':
      return { stopCode: 'InfrastructureHealth', stopReason: 'The host of the task is not healthy' };
    default:
      return assertNever(kind);
  }
}
