import type { ControllerSettings } from '@meetingbot/crds-schema';
import { Redis } from 'ioredis';

const CONNECT_MS = 5_000;
/** More than a take waits. */
const COMMAND_MS = 10_000;
const MAX_RECONNECT_MS = 2_000;

export type RedisSettings = Pick<
  ControllerSettings,
  'REDIS_HOST' | 'REDIS_PORT' | 'REDIS_DB' | 'REDIS_USERNAME' | 'REDIS_PASSWORD' | 'REDIS_TLS'
>;

/** One connection, which comes back by itself. */
export class RedisConnection {
  readonly #redis: Redis;
  #error = 'no answer';

  constructor(settings: RedisSettings) {
    const { REDIS_USERNAME: username, REDIS_PASSWORD: password } = settings;
    this.#redis = new Redis({
      host: settings.REDIS_HOST,
      port: settings.REDIS_PORT,
      db: settings.REDIS_DB,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(settings.REDIS_TLS ? { tls: {} } : {}),
      connectionName: 'meetingbot',
      connectTimeout: CONNECT_MS,
      commandTimeout: COMMAND_MS,
      // A command that waits for Redis to come back, or is sent again, would take a job that nobody waits for.
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (tries) => Math.min(MAX_RECONNECT_MS, 100 * tries),
      // Fails over: a primary that has become a replica answers READONLY.
      reconnectOnError: (error) => error.message.startsWith('READONLY'),
    });
    // Its message only: the error holds the command, AUTH with its password among them.
    this.#redis.on('error', ({ message }: Error) => {
      this.#error = message;
    });
  }

  /**
   * The client, connected.
   * @throws Error with the reason why there is no connection
   */
  async ready(): Promise<Redis> {
    if (this.#redis.status === 'ready') return this.#redis;
    const isReady = await new Promise<boolean>((resolve) => {
      const settle = (answer: boolean) => {
        clearTimeout(timer);
        this.#redis.off('ready', succeed).off('error', fail);
        resolve(answer);
      };
      const succeed = () => settle(true);
      const fail = () => settle(false);
      const timer = setTimeout(fail, CONNECT_MS);
      this.#redis.on('ready', succeed).on('error', fail);
    });
    if (!isReady) throw new Error(this.#error);
    return this.#redis;
  }

  close(): void {
    this.#redis.disconnect();
  }
}
