import {
  type Clock,
  type GapCause,
  type Logger,
  type MeetingIdentity,
  type TakeObject,
  takeKey,
} from '@meetingbot/crds-schema';
import type { Assembler } from './assembler.ts';
import type { DurableQueue } from './durable-queue.ts';
import type { LocalCopy, LocalMedia } from './local-media.ts';
import { writeTakeOrigin } from './take-origin.ts';
import { type Group, type TakeEvents, type TakeSink, TakeSplitter } from './take-sink.ts';

/** Where takes of this process go, and what they share. */
export interface TakeContext {
  readonly meeting: MeetingIdentity;
  readonly attempt: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly local: LocalMedia;
  readonly durable: DurableQueue;
  readonly assembler: Assembler;
  /** Counts the takes of this process, from 1. */
  nextTake(): number;
  /** How many takes an earlier process of the same attempt has made. Known when the first object is put. */
  takesBefore(): number;
  /** An object is in S3, and with it so many seconds of media. */
  written(key: string, seconds: number): void;
}

/** One encoder run on its way to S3. At the bound of local storage it loses media, and goes on as another take after it. */
export class OwnTake implements TakeEvents {
  readonly sink: TakeSplitter;
  readonly #context: TakeContext;
  readonly #startedAt: number;
  readonly #cause: GapCause;
  #init: Buffer | undefined;
  #take = 0;
  #sequence = 0;
  #losing = false;

  constructor(context: TakeContext, options: { startedAt: number; cause: GapCause }) {
    this.#context = context;
    this.#startedAt = options.startedAt;
    this.#cause = options.cause;
    this.sink = new TakeSplitter({ events: this, now: () => context.clock.monotonic() });
  }

  /** Media is being lost right now, since neither S3 nor the disk takes it. */
  get losing(): boolean {
    return this.#losing;
  }

  init(bytes: Buffer): void {
    this.#init = bytes;
    this.#open(bytes, this.#cause);
  }

  group(group: Group): void {
    const { local, log } = this.#context;
    const copy = local.keep(`take-${this.#take}-${String(this.#sequence).padStart(6, '0')}.m4s`, group.bytes);
    if (!copy) {
      if (!this.#losing)
        log.error({ held: local.heldBytes }, 'no room for media that waits for S3: media is being lost');
      this.#losing = true;
      return;
    }
    if (this.#losing && this.#init) {
      log.info({}, 'there is room for media again');
      this.#losing = false;
      this.#open(this.#init, 'StorageFull');
    }
    this.#putSegment(group, copy);
  }

  #open(init: Buffer, cause: GapCause): void {
    const { attempt, assembler, clock, local } = this.#context;
    this.#take = this.#context.nextTake();
    this.#sequence = 0;
    const number = this.#take;
    const origin = { startedAt: this.#startedAt, cause };
    // Media waits for these two: while they lag, it does.
    const head = { seconds: 0, arrivedAt: clock.monotonic() };
    // Both are kept like media: without them, what S3 refuses could not be played from this machine's disk.
    const begun = writeTakeOrigin(origin);
    const originCopy = local.keep(`take-${number}-origin.json`, begun) ?? inMemory(begun);
    this.#put({ part: 'origin' }, 'application/json', originCopy, () => originCopy.release(), head);
    const copy = local.keep(`take-${number}-init.mp4`, init) ?? inMemory(init);
    const durable = () => {
      copy.release();
      const take = number + this.#context.takesBefore();
      assembler.push({ kind: 'take', attempt, take, load: async () => ({ ...origin, init }) });
    };
    this.#put({ part: 'init' }, 'video/mp4', copy, durable, head);
  }

  #putSegment({ seconds, arrivedAt }: Group, copy: LocalCopy): void {
    const segment = { part: 'segment', sequence: this.#sequence++ } as const;
    this.#put(
      segment,
      'video/iso.segment',
      copy,
      (key) => {
        this.#context.assembler.push({ kind: 'segment', key, sequence: segment.sequence, copy });
      },
      { seconds, arrivedAt },
    );
  }

  #put(
    object: TakeObject,
    contentType: string,
    copy: LocalCopy,
    durable: (key: string) => void,
    media: { seconds: number; arrivedAt: number },
  ): void {
    const { meeting, attempt } = this.#context;
    const number = this.#take;
    const key = () => takeKey(meeting, attempt, number + this.#context.takesBefore(), object);
    this.#context.durable.push({
      key,
      contentType,
      copy,
      arrivedAt: media.arrivedAt,
      durable: () => {
        this.#context.written(key(), media.seconds);
        durable(key());
      },
    });
  }
}

function inMemory(bytes: Buffer): LocalCopy {
  return { bytes: bytes.length, read: async () => bytes, release: () => {} };
}

/** What the capture side sees of a take. */
export function takeSinkOf(take: OwnTake): TakeSink {
  return { write: (bytes) => take.sink.write(bytes), end: () => take.sink.end() };
}
