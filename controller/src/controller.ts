import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient } from '@aws-sdk/client-ecs';
import { SQSClient } from '@aws-sdk/client-sqs';
import {
  ControllerSettings,
  keyString,
  type Logger,
  type Meeting,
  parseBrowserIdentities,
  readSettings,
  SettingsError,
  systemClock,
} from '@meetingbot/crds-schema';
import PQueue from 'p-queue';
import manifest from '../package.json' with { type: 'json' };
import { ApiTokens, readTokens } from './api/api-tokens.ts';
import { assertBindable } from './api/assert-bindable.ts';
import { buildApi } from './api/build-api.ts';
import { cachedResolver } from './api/cached-resolver.ts';
import type { ApiDeps, ReadyCheck } from './api/deps.ts';
import { dnsResolver } from './api/dns-resolver.ts';
import { Joins } from './api/joins.ts';
import { MeetingService } from './api/meeting-service.ts';
import { randomIds } from './api/random-ids.ts';
import { issueRecorderToken } from './api/recorder-token.ts';
import { TokensFile, type TokensFileOptions } from './api/tokens-file.ts';
import { awsClientConfig } from './aws/client-options.ts';
import { observeCalls } from './aws/observe-calls.ts';
import { DynamoLeaseStore } from './leader/dynamo-lease-store.ts';
import { Elector } from './leader/elector.ts';
import { identityOf } from './log.ts';
import { ControllerMetrics } from './metrics/controller-metrics.ts';
import { LiveMeetings } from './metrics/live-meetings.ts';
import { admitted } from './reconcile/admission.ts';
import { ControlLoop } from './reconcile/control-loop.ts';
import { GarbageCollector } from './reconcile/garbage-collector.ts';
import { Heartbeats } from './reconcile/heartbeats.ts';
import { Identities } from './reconcile/identities.ts';
import { Outbox } from './reconcile/outbox.ts';
import { DEFAULT_POLICY, type Policy } from './reconcile/policy.ts';
import { Reconciler } from './reconcile/reconciler.ts';
import { applyReport } from './reconcile/report.ts';
import { Slots } from './reconcile/slots.ts';
import { TaskWatcher } from './reconcile/task-watcher.ts';
import { assertBucket, createS3Client } from './recordings/s3-client.ts';
import { S3RecordingStore } from './recordings/s3-recording-store.ts';
import { type RedisConsumer, startRedisConsumer } from './redis/start-consumer.ts';
import { SecretsManagerReader } from './secrets/secrets-manager.ts';
import { WatchedSecret } from './secrets/watched-secret.ts';
import type { StoreObserver } from './store/change-log.ts';
import { DynamoChangeLog } from './store/dynamo-change-log.ts';
import { DynamoIdentityLocks } from './store/dynamo-identity-locks.ts';
import { DynamoMeetingStore } from './store/dynamo-meeting-store.ts';
import { assertTable, ensureTable } from './store/ensure-table.ts';
import { forgetGone } from './store/forget-gone.ts';
import { recorderTokenKey } from './store/recorder-key.ts';
import { EcsTaskRunner } from './tasks/ecs-task-runner.ts';
import { HINTS_REQUEST_TIMEOUT, TaskHints } from './tasks/task-hints.ts';
import { teamsBotEnvironment } from './tasks/teams-bot-environment.ts';
import { ChangeFeed } from './watch/change-feed.ts';
import { FreshMeetings } from './watch/fresh-meetings.ts';
import { Watches } from './watch/watches.ts';
import { webhookDispatcher } from './webhook/dispatcher.ts';
import { HttpWebhookSender } from './webhook/http-sender.ts';
import { parseSecrets, signingSecrets } from './webhook/signature.ts';
import { webhookTarget } from './webhook/target.ts';

export const VERSION: string = manifest.version;

/** Meetings worked on at once; most of the time they wait for AWS. */
const WORKERS = 64;
/** Calls to ECS under way at once. */
const ECS_CALLS = 32;
const WEBHOOKS = 20;
/** After an outage of the receiver all that is pending is due at once: 1 000 take 50 s. */
const WEBHOOKS_PER_SECOND = 20;
const TOKENS_INTERVAL = 10_000;
const TASK_INTERVAL = 2_000;
/** A killed leader is replaced within 16 s, one that goes in order within one and its last work. */
const LEASE = { leaseDuration: 15_000, renewDeadline: 10_000, retryPeriod: 2_000, followPeriod: 1_000 };

export interface ControllerOptions {
  env: Readonly<Record<string, string | undefined>>;
  log: Logger;
}

export interface Controller {
  /** Where the API listens, without a trailing slash. */
  url: string;
  /** Stops serving, ends the work under way and gives the lease back. */
  close(): Promise<void>;
}

/**
 * Builds and starts the controller: the composition root.
 * @throws SettingsError in one line when a setting is missing or wrong, or names what is not there
 */
export async function startController({ env, log }: ControllerOptions): Promise<Controller> {
  // From here on memory holds digests of the tokens only.
  const { API_TOKENS, ...settings } = readSettings(ControllerSettings, env);
  const target = webhookUrl(settings);
  const browserIdentities = parseBrowserIdentities(settings.BROWSER_IDENTITIES);
  const teamsBot = teamsBotEnvironment(settings);
  const metrics = new ControllerMetrics({ version: VERSION });
  const clock = systemClock;
  const secretReader = new SecretsManagerReader((client) => observeCalls(client, 'secretsmanager', clock, metrics.aws));
  const secrets = await WatchedSecret.open({
    setting: 'NOTIFY_WEBHOOK_SECRET',
    value: settings.NOTIFY_WEBHOOK_SECRET ?? '',
    parse: (text) => (settings.NOTIFY_WEBHOOK_ENABLED ? signingSecrets(text) : parseSecrets(text)),
    reader: secretReader,
    clock,
    log,
    interval: settings.SECRET_REFRESH_SECONDS * 1000,
  });
  const named = await WatchedSecret.open({
    setting: 'API_TOKENS',
    value: API_TOKENS ?? '',
    parse: (text) => (API_TOKENS === undefined ? new ApiTokens(undefined) : readTokens(text, 'API_TOKENS')),
    reader: secretReader,
    clock,
    log,
    interval: settings.SECRET_REFRESH_SECONDS * 1000,
  });
  const tokensFile = await openTokensFile(settings.API_TOKENS_FILE, { others: named, clock, log });
  const tokens = tokensFile ?? named;
  const host = assertBindable(settings, tokens.current);
  const dispatcher = webhookDispatcher(target.protocol, {
    httpsProxy: env['https_proxy'] ?? env['HTTPS_PROXY'],
    noProxy: env['no_proxy'] ?? env['NO_PROXY'],
  });

  const dynamodb = new DynamoDBClient(awsClientConfig());
  const ecs = new ECSClient(awsClientConfig({ maxSockets: ECS_CALLS }));
  const s3 = createS3Client(settings);
  const sqs = new SQSClient(awsClientConfig({ requestTimeoutMs: HINTS_REQUEST_TIMEOUT }));
  for (const [service, client] of [
    ['dynamodb', dynamodb],
    ['ecs', ecs],
    ['s3', s3],
    ['sqs', sqs],
  ] as const) {
    observeCalls(client, service, clock, metrics.aws);
  }
  const table = settings.DYNAMODB_TABLE;
  if (settings.DYNAMODB_CREATE_TABLE) await ensureTable(dynamodb, table);
  else await assertTable(dynamodb, table);
  await assertBucket(s3, settings.S3_BUCKET_NAME);
  const tokenKey = await recorderTokenKey(dynamodb, table);

  const policy: Policy = {
    ...DEFAULT_POLICY,
    launchLead: settings.LAUNCH_LEAD_SECONDS * 1000,
    webhookEnabled: settings.NOTIFY_WEBHOOK_ENABLED,
    webhookFailures: settings.NOTIFY_WEBHOOK_FAILURES,
    ...(settings.RETENTION_DAYS === undefined ? {} : { retentionDays: settings.RETENTION_DAYS }),
  };
  const installation = createHash('sha256').update(table).digest('hex').slice(0, 8);
  const feed = new ChangeFeed(clock);
  const live = new LiveMeetings();
  const store = new DynamoMeetingStore({
    client: dynamodb,
    table,
    clock,
    observer: storeObserver({ feed, metrics, live }),
  });
  const changes = new DynamoChangeLog({ client: dynamodb, table });
  const watches = new Watches({ feed, changes, clock, log });
  const limiter = new PQueue({ concurrency: ECS_CALLS });
  const runner = new EcsTaskRunner({ client: ecs, settings, clock, limiter });
  const heartbeats = new Heartbeats();
  const random = { next: Math.random };
  const endpoint = settings.S3_ENDPOINT === undefined ? {} : { endpoint: settings.S3_ENDPOINT };

  const written = (before: Meeting, after: Meeting) => {
    metrics.meetingWritten(before, after);
    live.see(after);
    logChange(log, before, after);
  };

  // The loop and what it is made of need each other's word: these close the circle.
  const wake = (id: string) => loop.add(id);
  const slots = new Slots(
    { total: settings.MAX_CONCURRENT_MEETINGS, perNamespace: settings.MAX_CONCURRENT_MEETINGS_PER_NAMESPACE },
    wake,
  );
  const identities = new Identities(browserIdentities, wake);
  const watcher = new TaskWatcher({ runner, clock, log, interval: TASK_INTERVAL, changed: wake });
  const queueUrl = settings.TASK_EVENTS_QUEUE_URL;
  const hints =
    queueUrl === undefined
      ? undefined
      : new TaskHints({ client: sqs, queueUrl, look: (tasks) => watcher.look(tasks), clock, log });
  const outbox = new Outbox({
    sender: metrics.webhook.observed(
      new HttpWebhookSender({ url: target, secrets: () => secrets.current, dispatcher, clock }),
      clock,
    ),
    log,
    body: { ...endpoint, forcePathStyle: settings.S3_URL_STYLE === 'path' },
    concurrency: WEBHOOKS,
    perSecond: WEBHOOKS_PER_SECOND,
    done: wake,
  });
  const launch = {
    installation,
    environment: {} as Record<string, string>,
    secretOf: (name: string) => identities.secretOf(name),
    tokenOf: (meeting: Meeting, attempt: number) => issueRecorderToken(tokenKey, { ...meeting.metadata, attempt }),
  };
  const reconciler = new Reconciler({
    store,
    runner,
    recordings: new S3RecordingStore({
      client: s3,
      bucket: settings.S3_BUCKET_NAME,
      region: settings.S3_REGION,
      urlStyle: settings.S3_URL_STYLE,
      ...endpoint,
    }),
    locks: new DynamoIdentityLocks({ client: dynamodb, table }),
    outbox,
    slots,
    identities,
    watcher,
    heartbeats,
    clock,
    random,
    log,
    policy,
    launch,
    observe: written,
    live,
  });
  const collector = new GarbageCollector({
    store,
    runner,
    clock,
    log,
    installation,
    grace: policy.orphanGrace,
    forgotten: wake,
    stopped: () => metrics.recordings.orphanStopped(),
  });
  const loop = new ControlLoop({
    store,
    reconciler,
    watcher,
    collector,
    clock,
    random,
    log,
    concurrency: WORKERS,
    pollInterval: 1_000,
    collectInterval: 60_000,
    resyncInterval: 10 * 60_000,
    observer: metrics.queue,
    describe: (id) => reconciler.identityOf(id) ?? live.identityOf(id),
  });
  const identity = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const elector = new Elector({
    store: new DynamoLeaseStore({ client: dynamodb, table }),
    clock,
    log,
    identity,
    ...LEASE,
    lead: async (signal) => {
      await Promise.all([loop.run(signal), hints?.run(signal), forgetGone({ changes, clock, log, signal })]);
    },
  });
  metrics.attach({
    isLeading: () => elector.isLeading,
    queueDepth: () => loop.depth,
    queueActive: () => loop.active,
    queueUnfinished: () => loop.unfinished,
    workers: WORKERS,
    watchedTasks: () => watcher.size,
    vcpus: () => watcher.vcpus,
    vcpuQuota: settings.FARGATE_VCPU_QUOTA,
    waitingForRecorder: () => slots.waiting,
    slotsHeld: () => slots.held,
    slots: settings.MAX_CONCURRENT_MEETINGS,
    live: (now) => live.at(now),
    heartbeats: () => heartbeats.values(),
    now: () => clock.now(),
  });

  let redis: RedisConsumer | undefined;
  const apiDeps: ApiDeps = {
    settings,
    store,
    resolver: cachedResolver(dnsResolver(), clock),
    tokens,
    watches,
    fresh: new FreshMeetings({ store, watches, clock }),
    clock,
    ids: randomIds,
    logger: log,
    recorderTokenKey: tokenKey,
    heartbeats: { record: (meeting, report) => heartbeats.record(meeting, report, clock.now()) },
    admit: (meeting, now) => admitted(meeting, now, policy),
    applyReport: (meeting, report, now) => applyReport(meeting, report, now, policy, elector.isLeading),
    onReported: written,
    onChanged: (key) => loop.add(keyString(key)),
    onWritten: (meeting) => loop.addWritten(meeting),
    ready: async () => [...(await readiness(store, elector, loop)), ...(redis === undefined ? [] : [redis.check()])],
    onRoute: (route) => metrics.http.expect(route),
    onAnswered: (request, isWatch) => metrics.http.answered(request, isWatch),
    metrics: async () => ({ contentType: metrics.registry.contentType, body: await metrics.registry.metrics() }),
    ...(await tlsOf(settings)),
  };
  const api = buildApi(apiDeps);
  const url = await api.listen({ host, port: settings.PORT });
  Object.assign(launch.environment, recorderEnvironment(settings, settings.CONTROLLER_URL ?? url), teamsBot);

  if (settings.REDIS_CONSUMER_ENABLED) {
    const joins = new Joins({ store, service: new MeetingService(apiDeps) });
    redis = startRedisConsumer({ settings, log, registry: metrics.registry, identity, joins, clock });
  }
  const ending = new AbortController();
  const { signal } = ending;
  const reading = [secrets.run(signal), named.run(signal), tokensFile?.run(signal)];
  const elected = Promise.all([elector.run(signal), ...reading]);
  log.info({ url, version: VERSION, table }, 'the controller serves');
  return {
    url,
    async close() {
      ending.abort(new Error('the process stops'));
      await redis?.close();
      await elected;
      await outbox.stop();
      await api.close();
      for (const client of [dynamodb, ecs, s3, sqs]) client.destroy();
      secretReader.close();
      await dispatcher.destroy();
    },
  };
}

/** What every recorder is told of the settings; secrets are not among them: keys come with the task definition. */
function recorderEnvironment(settings: ControllerSettings, controllerUrl: string): Record<string, string> {
  const { CHROME_EXTRA_ARGS, BROWSER_PRIVATE_HOSTS, PLATFORM_PAGES_KEY, S3_ENDPOINT } = settings;
  return {
    CONTROLLER_URL: controllerUrl.replace(/\/$/, ''),
    S3_REGION: settings.S3_REGION,
    S3_BUCKET_NAME: settings.S3_BUCKET_NAME,
    S3_URL_STYLE: settings.S3_URL_STYLE,
    S3_USE_MINIO_COMPATIBILITY: String(settings.S3_USE_MINIO_COMPATIBILITY),
    ...(S3_ENDPOINT === undefined ? {} : { S3_ENDPOINT }),
    ...(CHROME_EXTRA_ARGS === undefined ? {} : { CHROME_EXTRA_ARGS }),
    ...(BROWSER_PRIVATE_HOSTS === undefined ? {} : { BROWSER_PRIVATE_HOSTS }),
    ...(PLATFORM_PAGES_KEY === undefined ? {} : { PLATFORM_PAGES_KEY }),
  };
}

/** Where webhooks go; with the webhook switched off that is nowhere. @throws SettingsError */
function webhookUrl(settings: ControllerSettings): URL {
  if (!settings.NOTIFY_WEBHOOK_ENABLED) return new URL('https://webhook.invalid');
  if (settings.NOTIFY_WEBHOOK_URL === undefined) {
    throw new SettingsError('settings: NOTIFY_WEBHOOK_URL: required when NOTIFY_WEBHOOK_ENABLED is true');
  }
  return webhookTarget(settings.NOTIFY_WEBHOOK_URL, settings.NOTIFY_WEBHOOK_PRIVATE_HTTP);
}

async function openTokensFile(
  file: string | undefined,
  options: Omit<TokensFileOptions, 'file' | 'interval'>,
): Promise<TokensFile | undefined> {
  return file === undefined ? undefined : TokensFile.open({ ...options, file, interval: TOKENS_INTERVAL });
}

async function tlsOf(settings: ControllerSettings): Promise<{ tls?: { cert: Uint8Array; key: Uint8Array } }> {
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile } = settings;
  if (certFile === undefined && keyFile === undefined) return {};
  if (certFile === undefined || keyFile === undefined) {
    throw new SettingsError('settings: TLS_CERT_FILE and TLS_KEY_FILE: expected both or neither');
  }
  const read = (name: string, file: string) =>
    readFile(file).catch((error: unknown) => {
      throw new SettingsError(`settings: ${name}: ${(error as Error).message}`);
    });
  return { tls: { cert: await read('TLS_CERT_FILE', certFile), key: await read('TLS_KEY_FILE', keyFile) } };
}

async function readiness(store: DynamoMeetingStore, elector: Elector, loop: ControlLoop): Promise<ReadyCheck[]> {
  const readable = await store.get({ namespace: 'default', name: 'readyz' }).then(
    () => undefined,
    (error: unknown) => (error as Error).message,
  );
  return [
    readable === undefined ? { name: 'dynamodb', ok: true } : { name: 'dynamodb', ok: false, message: readable },
    // A follower is ready; a leader is once it has taken over what is unfinished.
    { name: 'takeover', ok: !elector.isLeading || loop.running },
  ];
}

/** Each change goes to the watches; a Meeting that is made is counted. */
function storeObserver(told: { feed: ChangeFeed; metrics: ControllerMetrics; live: LiveMeetings }): StoreObserver {
  const { feed, metrics, live } = told;
  return {
    read: (meeting) => feed.read(meeting),
    written(type, meeting) {
      feed.written(type, meeting);
      if (type !== 'ADDED') return;
      metrics.meetingCreated(meeting);
      live.see(meeting);
    },
  };
}

/** One line for each step of a Meeting's life. */
function logChange(log: Logger, before: Meeting, after: Meeting): void {
  const { phase, reason, outcome, message } = after.status;
  if (before.status.phase === phase) return;
  log.info({ ...identityOf(after), phase, reason, outcome, why: message }, 'phase');
}
