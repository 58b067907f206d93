import { Counter, Gauge, type Registry } from 'prom-client';
import { JOB_RESULTS, type JobResult } from '../redis/job-consumer.ts';

/** The old bot's list in Redis; there only where jobs are taken from it. */
export class RedisMetrics {
  readonly #jobs: Counter<'result'>;

  /** @param isUp - whether jobs are taken now */
  constructor(registry: Registry, isUp: () => boolean) {
    const registers = [registry];
    this.#jobs = new Counter({
      name: 'meetingbot_redis_jobs_total',
      help: 'Jobs of the old Redis list: created a Meeting, repeated one that was there, or became a dead letter. With REDIS_CONSUMER_ENABLED.',
      labelNames: ['result'],
      registers,
    });
    for (const result of JOB_RESULTS) this.#jobs.inc({ result }, 0);
    new Gauge({
      name: 'meetingbot_redis_up',
      help: '1 while jobs are taken from Redis. With REDIS_CONSUMER_ENABLED.',
      registers,
      collect() {
        this.set(isUp() ? 1 : 0);
      },
    });
  }

  finished(result: JobResult): void {
    this.#jobs.inc({ result });
  }
}
