import type { ControllerSettings, Logger } from '@meetingbot/crds-schema';
import type { Registry } from 'prom-client';
import type { ReadyCheck } from '../api/deps.ts';
import { RedisMetrics } from '../metrics/redis-metrics.ts';
import { JobConsumer, type JobConsumerOptions } from './job-consumer.ts';
import { RedisConnection } from './redis-connection.ts';
import { RedisJobQueue } from './redis-job-queue.ts';

export interface RedisConsumerOptions extends Pick<JobConsumerOptions, 'joins' | 'clock'> {
  settings: ControllerSettings;
  log: Logger;
  registry: Registry;
  /** Names this process; unique for ever. */
  identity: string;
}

export interface RedisConsumer {
  /** Redis being away stops no replica from serving: the check says so and is not required. */
  check(): ReadyCheck;
  /** Ends the job under way, or gives it back. */
  close(): Promise<void>;
}

/** Connects to Redis, whenever that is there, and takes jobs of the old list. */
export function startRedisConsumer(options: RedisConsumerOptions): RedisConsumer {
  const { settings, log, registry, identity, joins, clock } = options;
  const connection = new RedisConnection(settings);
  const queue = new RedisJobQueue({
    connection,
    pending: settings.REDIS_QUEUE_NAME,
    processing: settings.REDIS_PROCESSING_QUEUE_NAME,
    dead: settings.REDIS_DEAD_LETTER_QUEUE_NAME,
    consumer: identity,
  });
  const metrics = new RedisMetrics(registry, () => consumer.trouble === undefined);
  const consumer = new JobConsumer({ queue, joins, clock, log, finished: (result) => metrics.finished(result) });
  const ending = new AbortController();
  const running = consumer.run(ending.signal);
  return {
    check() {
      const message = consumer.trouble;
      return { name: 'redis', isRequired: false, ...(message === undefined ? { ok: true } : { ok: false, message }) };
    },
    async close() {
      ending.abort(new Error('the process stops'));
      await running;
      connection.close();
    },
  };
}
