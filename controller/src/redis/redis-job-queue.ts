import type { Redis } from 'ioredis';
import { withoutToken } from './job.ts';
import type { JobQueue, TakenJob } from './job-queue.ts';

export interface RedisJobQueueOptions {
  connection: { ready(): Promise<Redis> };
  /** The old bot's list: producers RPUSH, we take from the left. */
  pending: string;
  /** Name of the lists of what is taken; each consumer has one of its own, `{processing}:{consumer}`. */
  processing: string;
  /** Where jobs go that can't be done. */
  dead: string;
  /** Names this process; unique for ever. */
  consumer: string;
}

/** Seconds that a take waits. */
const WAIT_SECONDS = 1;
/** A consumer that was not heard of for this long is taken for dead. If it is not, its job is done twice: to no effect. */
const LEASE_MS = 30_000;
/** Dead letters that are kept, the newest. */
const MAX_DEAD = 10_000;
/** Jobs given back at once of one dead consumer; it takes one at a time. */
const MAX_GIVEN_BACK = 1000;

/** Strikes a consumer off the list if it has nothing and was not heard of. */
const STRIKE_OFF = `if redis.call('LLEN', KEYS[2]) == 0 and redis.call('EXISTS', KEYS[3]) == 0 then
  return redis.call('SREM', KEYS[1], ARGV[1])
end
return 0`;

/**
 * The reliable queue of Redis' documentation (LMOVE: "Pattern: Reliable queue"), Redis 6.2 or newer. A consumer is
 * on record, with a lease, before it takes anything, in one pipeline; so there is never a job in a list that nobody
 * looks after.
 */
export class RedisJobQueue implements JobQueue {
  readonly #options: RedisJobQueueOptions;
  /** Nothing of ours can be in the processing list: the last call's answer came. */
  #isSure = false;

  constructor(options: RedisJobQueueOptions) {
    this.#options = options;
  }

  async take(): Promise<TakenJob | undefined> {
    const redis = await this.#options.connection.ready();
    if (!this.#isSure) {
      const lost = await redis.lindexBuffer(this.#taken(), 0);
      if (lost !== null) return lost;
    }
    this.#isSure = false;
    const { pending, consumer } = this.#options;
    const answers = await redis
      .pipeline()
      .sadd(this.#consumers, consumer)
      .set(this.#alive(), '1', 'PX', LEASE_MS)
      .blmoveBuffer(pending, this.#taken(), 'LEFT', 'RIGHT', WAIT_SECONDS)
      .exec();
    const [error, job] = lastOf(answers);
    if (error !== null) throw error;
    if (job === null) this.#isSure = true;
    return (job as Buffer | null) ?? undefined;
  }

  async done(job: TakenJob): Promise<void> {
    const redis = await this.#options.connection.ready();
    await redis.lrem(this.#taken(), 1, job as Buffer);
    this.#isSure = true;
  }

  async bury(job: TakenJob, { reason, at }: { reason: string; at: string }): Promise<void> {
    const redis = await this.#options.connection.ready();
    const letter = JSON.stringify({ reason, at, job: withoutToken(job) });
    const answers = await redis
      .multi()
      .rpush(this.#options.dead, letter)
      .ltrim(this.#options.dead, -MAX_DEAD, -1)
      .lrem(this.#taken(), 1, job as Buffer)
      .exec();
    const [error] = lastOf(answers);
    if (error !== null) throw error;
    this.#isSure = true;
  }

  async recover(): Promise<number> {
    const { connection, consumer } = this.#options;
    const redis = await connection.ready();
    let count = 0;
    for (const other of await redis.smembers(this.#consumers)) {
      if (other === consumer || (await redis.exists(this.#alive(other))) === 1) continue;
      count += await this.#giveBack(redis, other);
    }
    return count;
  }

  async leave(): Promise<void> {
    const redis = await this.#options.connection.ready();
    await redis.del(this.#alive());
    await this.#giveBack(redis, this.#options.consumer);
  }

  /** From the end to the front, so that the order stays. */
  async #giveBack(redis: Redis, consumer: string): Promise<number> {
    const { pending } = this.#options;
    let count = 0;
    while (count < MAX_GIVEN_BACK && (await redis.lmove(this.#taken(consumer), pending, 'RIGHT', 'LEFT')) !== null)
      count++;
    await redis.eval(STRIKE_OFF, 3, this.#consumers, this.#taken(consumer), this.#alive(consumer), consumer);
    return count;
  }

  get #consumers(): string {
    return `${this.#options.processing}:consumers`;
  }

  #taken(consumer = this.#options.consumer): string {
    return `${this.#options.processing}:${consumer}`;
  }

  #alive(consumer = this.#options.consumer): string {
    return `${this.#taken(consumer)}:alive`;
  }
}

function lastOf(answers: [Error | null, unknown][] | null): [Error | null, unknown] {
  const failed = answers?.find(([error]) => error !== null);
  return failed ?? answers?.at(-1) ?? [new Error('the transaction was not run'), null];
}
