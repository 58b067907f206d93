import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ControllerSettings, readSettings, silentLogger, systemClock } from '@meetingbot/crds-schema';
import type { Redis } from 'ioredis';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ApiUnderTest } from '../api/api-under-test.ts';
import { Joins } from '../api/joins.ts';
import { MeetingService } from '../api/meeting-service.ts';
import { ControllerError } from '../errors.ts';
import { createLogger } from '../log.ts';
import { type Dynalite, startDynalite } from '../store/dynalite.fixture.ts';
import { DynamoMeetingStore } from '../store/dynamo-meeting-store.ts';
import { ensureTable } from '../store/ensure-table.ts';
import { eventually, RedisServer } from './redis-server.fixture.ts';
import { type RedisConsumer, startRedisConsumer } from './start-consumer.ts';

const PENDING = 'jobs:meetbot:list';
const DEAD = 'jobs:meetbot:dead';
const JOBS_LEFT = `
  local left = redis.call('llen', ARGV[1])
  for _, key in ipairs(redis.call('keys', ARGV[2])) do
    if redis.call('type', key).ok == 'list' then left = left + redis.call('llen', key) end
  end
  return left`;
const others = { S3_REGION: 'r', S3_BUCKET_NAME: 'b', ECS_CLUSTER: 'c', ECS_TASK_DEFINITION: 't' };
const required = { ...others, ECS_SUBNETS: 's', ECS_SECURITY_GROUPS: 'g', REDIS_CONSUMER_ENABLED: 'true' };

const isInstalled = spawnSync('redis-server', ['--version']).status === 0;
if (!isInstalled) console.warn('skipped: the consumer of the old list; there is no redis-server');

/** As the old bot's producers wrote it. */
const job = (botId: string, change: object = {}) =>
  JSON.stringify({
    bearerToken: 'marked-bearer',
    url: 'https://meet.google.com/abc-defg-hij?pwd=marked-passcode',
    name: 'Notetaker',
    teamId: 'team123',
    timezone: 'UTC',
    userId: 'user123',
    botId,
    provider: 'google',
    ...change,
  });

describe.skipIf(!isInstalled)('the consumer of the old Redis list', () => {
  let server: RedisServer;
  let redis: Redis;
  const running: RedisConsumer[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
    redis = server.client();
    redis.on('error', () => {});
  });
  afterAll(async () => {
    redis.disconnect();
    await server.dispose();
  });
  beforeEach(() => redis.flushall());
  afterEach(async () => {
    for (const consumer of running.splice(0)) await consumer.close();
  });

  const consume = (api: ApiUnderTest, log = silentLogger, identity = 'one', registry = new Registry()) => {
    const settings = readSettings(ControllerSettings, { ...required, ...server.settings });
    const joins = new Joins({ store: api.store, service: new MeetingService(api.deps) });
    const consumer = startRedisConsumer({ settings, log, registry, identity, joins, clock: systemClock });
    running.push(consumer);
    return consumer;
  };
  const botsOf = async (api: ApiUnderTest) => {
    const { items } = await api.store.list({ limit: 1000 });
    return items.map(({ spec }) => spec.context?.botId).sort();
  };
  /** Nothing is pending, and nothing is left in a list of what is taken. */
  // In one step: a job that goes from one list to another while they are counted one by one is in none of them.
  const isEmpty = async () => (await redis.eval(JOBS_LEFT, 0, PENDING, 'jobs:meetbot:processing:*')) === 0;

  it('makes a Meeting of each job, and one of a job that comes twice', async () => {
    const api = new ApiUnderTest();
    const registry = new Registry();
    const lines: string[] = [];
    const log = createLogger('info', { write: (line) => lines.push(line) });
    await redis.rpush(PENDING, job('a'), job('b', { provider: 'zoom', url: 'https://zoom.us/j/1' }), job('a'));

    const consumer = consume(api, log, 'one', registry);
    await eventually(isEmpty, 'an empty list');

    expect(await botsOf(api)).toEqual(['a', 'b']);
    const { items } = await api.store.list({ limit: 10 });
    expect(items.map(({ spec }) => spec.platform).sort()).toEqual(['google-meet', 'zoom']);
    expect(JSON.stringify(items)).not.toContain('marked-bearer');
    const told = lines.map((line) => JSON.parse(line)).filter((line) => 'meeting' in line);
    expect(told).toHaveLength(3);
    expect(new Set(told.map(({ uid }) => uid))).toEqual(new Set(items.map(({ metadata }) => metadata.uid)));
    expect(api.changed).toHaveLength(2);
    expect(consumer.check()).toEqual({ name: 'redis', isRequired: false, ok: true });
    // A job is counted after it has left the list.
    const jobs = async () => (await registry.getSingleMetric('meetingbot_redis_jobs_total')?.get())?.values ?? [];
    await expect
      .poll(jobs)
      .toEqual(
        Object.entries({ created: 2, repeated: 1, dead: 0 }).map(([result, value]) =>
          expect.objectContaining({ labels: { result }, value }),
        ),
      );
    expect(await registry.metrics()).toContain('meetingbot_redis_up 1');
  });

  it.each([
    ['no JSON', '{"bearerToken":"marked-bearer","url":', 'expected JSON in UTF-8'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x80]), 'expected JSON in UTF-8'],
    ['a list', '[1]', 'expected a JSON object'],
    ['another provider', job('a', { provider: 'webex' }), 'provider: expected one of google, microsoft, zoom'],
    ['no provider', job('a', { provider: undefined }), 'provider: expected one of google, microsoft, zoom'],
    ['a field missing', job('a', { userId: '' }), 'Missing required fields: bearerToken, url,'],
    ['a host that is not of its platform', job('a', { url: 'https://10.0.0.1/x' }), 'url: host 10.0.0.1 is not known'],
    ['too long', job('a', { name: 'x'.repeat(300_000) }), 'expected at most 262144 bytes'],
  ])('puts a job with %s into the dead-letter list with the reason, and goes on', async (_, text, reason) => {
    const api = new ApiUnderTest();
    await redis.rpush(PENDING, text);
    await redis.rpush(PENDING, job('next'));

    consume(api);
    await eventually(isEmpty, 'an empty list');

    expect(await botsOf(api)).toEqual(['next']);
    const letters = (await redis.lrange(DEAD, 0, -1)).map((letter) => JSON.parse(letter));
    expect(letters).toEqual([
      { reason: expect.stringContaining(reason), at: expect.stringMatching(/^\d{4}-.*Z$/), job: expect.any(String) },
    ]);
    expect(JSON.stringify(letters)).not.toContain('marked-bearer');
  });

  it('keeps a job while the database is away', async () => {
    const api = new ApiUnderTest();
    const { create } = api.store;
    let refusals = 2;
    api.store.create = async (...args) => {
      if (refusals-- > 0) throw new ControllerError('Unavailable', 'away');
      return create.apply(api.store, args);
    };
    await redis.rpush(PENDING, job('a'));

    consume(api);
    await eventually(isEmpty, 'an empty list');

    expect(await botsOf(api)).toEqual(['a']);
    expect(await redis.llen(DEAD)).toBe(0);
  });

  it('gives back the job under way when it stops', async () => {
    const api = new ApiUnderTest();
    api.store.create = async () => {
      throw new ControllerError('Unavailable', 'away');
    };
    await redis.rpush(PENDING, job('a'), job('b'));
    const consumer = consume(api);
    await eventually(async () => (await redis.llen(PENDING)) === 1, 'a job that is taken');

    await consumer.close();

    expect((await redis.lrange(PENDING, 0, -1)).map((text) => JSON.parse(text).botId)).toEqual(['a', 'b']);
    expect(await redis.keys('jobs:meetbot:processing*')).toEqual([]);
  });

  it('says that Redis is away, and goes on when it is back', async () => {
    const api = new ApiUnderTest();
    const lines: string[] = [];
    const consumer = consume(api, createLogger('debug', { write: (line) => lines.push(line) }));
    await eventually(() => consumer.check().ok, 'Redis');
    api.checks = [{ name: 'dynamodb', ok: true }];

    await server.kill();
    await eventually(() => !consumer.check().ok, 'the news that Redis is away');
    const { status, body } = await (async () => {
      api.checks.push(consumer.check());
      return api.get('/readyz');
    })();
    await server.start();
    await redis.rpush(PENDING, job('a'));
    await eventually(async () => (await botsOf(api)).length === 1, 'a Meeting');

    expect([status, body.status, body.checks[1]]).toMatchObject([200, 'degraded', { name: 'redis', ok: false }]);
    expect(consumer.check().ok).toBe(true);
    expect(lines.join('')).toContain('Redis is away');
    expect(lines.join('')).not.toMatch(/marked-(redis|bearer|passcode)/);
  });

  describe('killed', () => {
    let dynalite: Dynalite;
    let store: DynamoMeetingStore;
    const children: ChildProcess[] = [];

    beforeAll(async () => {
      dynalite = await startDynalite();
      await ensureTable(dynalite.client, 'meetings');
      store = new DynamoMeetingStore({ client: dynalite.client, table: 'meetings', clock: systemClock });
    });
    afterAll(() => dynalite.close());
    afterEach(() => {
      for (const child of children.splice(0)) child.kill('SIGKILL');
    });

    const start = (identity: string, stage = '') => {
      const program = fileURLToPath(new URL('./consumer-process.fixture.ts', import.meta.url));
      const child = spawn(process.execPath, [program], {
        env: {
          ...required,
          ...server.settings,
          AWS_REGION: 'us-east-1',
          AWS_ACCESS_KEY_ID: 'local',
          AWS_SECRET_ACCESS_KEY: 'local',
          ENDPOINT: dynalite.url,
          TABLE: 'meetings',
          IDENTITY: identity,
          STAGE: stage,
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.push(child);
      let text = '';
      child.stdout?.on('data', (data) => (text += String(data)));
      return { child, said: (words: string) => eventually(() => text.includes(words), `${words} in: ${text}`) };
    };

    const killed = async (child: ChildProcess) => {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    };

    it.each(['read', 'written'])('-9 when a job is %s, leaves a job that becomes one Meeting', async (stage) => {
      await redis.rpush(PENDING, job(`${stage}-1`), job(`${stage}-2`));
      const doomed = start('doomed', stage);
      await doomed.said(`halted: ${stage}`);
      await killed(doomed.child);
      expect(await redis.llen('jobs:meetbot:processing:doomed')).toBe(1);

      // What thirty seconds would do.
      await redis.del('jobs:meetbot:processing:doomed:alive');
      const heir = start('heir');
      await eventually(isEmpty, 'an empty list');

      const { items } = await store.list({ limit: 100 });
      const bots = items.map(({ spec }) => spec.context?.botId).filter((bot) => bot?.startsWith(stage));
      expect(bots.sort()).toEqual([`${stage}-1`, `${stage}-2`]);
      expect(await redis.smembers('jobs:meetbot:processing:consumers')).toEqual(['heir']);
      const ended = once(heir.child, 'exit');
      heir.child.kill('SIGTERM');
      expect((await ended)[0]).toBe(0);
    });

    it('-9 over and over, two at a time, loses no job and doubles none', async () => {
      const names = Array.from({ length: 24 }, (_, index) => `many-${String(index).padStart(2, '0')}`);
      await redis.rpush(PENDING, ...names.map((name) => job(name)));

      for (let round = 0; round < 2; round++) {
        const left = await redis.llen(PENDING);
        const pair = [start(`first-${round}`), start(`second-${round}`)];
        await eventually(async () => (await redis.llen(PENDING)) <= left - 6, 'some jobs taken');
        await Promise.all(pair.map(({ child }) => killed(child)));
        for (const key of await redis.keys('jobs:meetbot:processing:*:alive')) await redis.del(key);
      }
      start('heir');
      await eventually(isEmpty, 'an empty list');

      const { items } = await store.list({ limit: 1000 });
      const bots = items.map(({ spec }) => String(spec.context?.botId)).filter((bot) => bot.startsWith('many'));
      expect(bots.sort()).toEqual(names);
    });
  });
});
