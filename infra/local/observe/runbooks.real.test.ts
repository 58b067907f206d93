import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { type Meeting, meetingPrefix } from '@meetingbot/crds-schema';
import { runbooks } from '@meetingbot/dashboards';
import PQueue from 'p-queue';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Room } from '../chaos/host.fixture.ts';
import { ChaosStack, type Controller, leads } from '../chaos/stack.fixture.ts';
import { LOCAL, projectRoot } from '../stack/places.ts';
import { type DebianService, freePort } from './debian-service.ts';
import { startPrometheus } from './prometheus.ts';

const PATIENCE = { timeout: 90_000, interval: 200 };
/** Prometheus' answer, as far as it is looked at. */
interface Targets {
  readonly data: { readonly activeTargets: readonly unknown[] };
}

/** What the embedded stack has an endpoint for; the other commands of `aws` are for AWS. */
const SERVED = /^aws (s3 |s3api |ecs (list-tasks|describe-tasks|describe-task-definition) |dynamodb )/;
const hasAws = spawnSync('aws', ['--version']).status === 0;
if (!hasAws) console.warn('skipped: the commands of runbooks that need the AWS CLI, which is not installed');

/** Each command of the pages once, without what a `#` says of it; those that only look come first. */
function commandsToTry(): string[] {
  const pages = runbooks().filter(({ page }) => page !== 'README.md');
  const all = new Set(pages.flatMap(({ commands }) => commands.map((command) => command.replace(/ +# .*$/, ''))));
  const here = [...all].filter((command) => /^(kubectl|curl|npm) /.test(command) || (hasAws && SERVED.test(command)));
  return here.sort((a, b) => rank(a) - rank(b));
}

/** What changes something, in the order in which it can be tried on one Meeting; -1: it only looks. */
const rank = (command: string) =>
  ['annotate', 'create', 'patch', ' delete '].findIndex((verb) => command.includes(verb));
const isLook = (command: string) => rank(command) === -1;

describe('commands of the runbooks, on the embedded stack', { timeout: 300_000 }, () => {
  let stack: ChaosStack;
  let controller: Controller;
  let prometheus: DebianService;
  let home: string;
  let on: Meeting;
  let done: Meeting;
  let later: Meeting;

  const reaches = (name: string, phase: string) =>
    vi.waitFor(async () => {
      const meeting = await stack.api.get(name);
      expect(meeting.status.phase).toBe(phase);
      return meeting;
    }, PATIENCE);
  const spec = ({ url }: Room) => ({ url, platform: 'web' as const, join: { steps: [], joined: '#call' } });

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'runbooks-'));
    stack = await ChaosStack.start('scripted');
    // Nobody is there: the list's metrics are.
    const redis = { REDIS_CONSUMER_ENABLED: 'true', REDIS_HOST: '127.0.0.1', REDIS_PORT: '1' };
    controller = await stack.startController(redis);
    await vi.waitFor(async () => expect(await leads(controller)).toBe(true), PATIENCE);
    const common = { targets: [new URL(controller.url).host], interval: '1s', environment: 'test' };
    prometheus = await startPrometheus({
      ...common,
      dataDir: join(stack.dataDir, 'prometheus'),
      port: await freePort(),
    });
    // It answers before it has read what it is to scrape.
    await vi.waitFor(async () => {
      const { data } = (await (await fetch(`${prometheus.url}/api/v1/targets`)).json()) as Targets;
      expect(data.activeTargets).not.toEqual([]);
    }, PATIENCE);
    const rooms = ['on', 'done', 'untold'].map((name) => ({ name, room: stack.host.open(name) }));
    for (const { name, room } of rooms) {
      const { metadata } = await stack.api.create(name, spec(room));
      if (name === 'untold') stack.sink.refuse(metadata.uid);
      room.go('call');
    }
    for (const { name, room } of rooms) {
      await reaches(name, 'Recording');
      if (name !== 'on') room.go('closed');
    }
    done = await reaches('done', 'Completed');
    await reaches('untold', 'Completed');
    on = await stack.api.get('on');
    later = await stack.api.create('later', { ...spec(stack.host.open('later')), startAt: '2099-01-01T00:00:00Z' });
    const evidence = `${meetingPrefix(on.metadata)}evidence/page.html`;
    await stack.s3.send(new PutObjectCommand({ Bucket: LOCAL.bucket, Key: evidence, Body: '<p>' }));
    const again = { apiVersion: 'meetingbot.dev/v1', kind: 'Meeting', metadata: { generateName: 'again-' } };
    await writeFile(join(home, 'meeting.yaml'), JSON.stringify({ ...again, spec: spec(stack.host.open('again')) }));
  }, 300_000);
  afterAll(async () => {
    await prometheus?.stop();
    await stack?.close();
    await rm(home, { recursive: true, force: true });
  });

  it('say something, or do what they say', async () => {
    const failed: object[] = [];
    const commands = commandsToTry();
    const attempt = async (command: string) => {
      const filled = filledIn(command);
      const { code, output } = await run(filled);
      const isAllZero = code === 1 && output === '' && command.includes('grep -v');
      if ((code !== 0 || output === '') && !isAllZero) failed.push({ command: filled, code, output });
    };
    await new PQueue({ concurrency: 3 }).addAll(commands.filter(isLook).map((command) => () => attempt(command)));
    for (const command of commands.filter((one) => !isLook(one))) await attempt(command);
    expect(failed).toEqual([]);
    expect(commands.length).toBeGreaterThan(30);
    const left = await stack.api.find('on');
    expect(left === undefined || left.metadata.deletionTimestamp !== undefined).toBe(true);
    expect((await stack.api.get('done')).status.webhook?.resend).toBeDefined();
  });

  /** The Meeting that a command is for: most are for one that is on. */
  const meetingOf = (command: string): Meeting => {
    if (command.includes('frameRate')) return later;
    return /manifest\.json|annotate/.test(command) ? done : on;
  };

  /** A command with its placeholders filled in. */
  const filledIn = (command: string): string => {
    const { metadata, status } = meetingOf(command);
    const attempt = status.attempts.at(-1);
    const values: Record<string, string> = {
      ...{ NAME: metadata.name, NAMESPACE: metadata.namespace, UID: metadata.uid },
      ...{ SLOT: String(attempt?.slot), TASK_ARN: attempt?.taskArn ?? '', ATTEMPT: String(attempt?.number) },
    };
    return command.replace(
      /(?<![\w$])(NAME|NAMESPACE|UID|SLOT|TASK_ARN|ATTEMPT)(?!\w)/g,
      (name) => values[name] ?? name,
    );
  };

  const run = (command: string) =>
    new Promise<{ code: number | null; output: string }>((resolve) => {
      const { PATH } = process.env;
      const child = spawn('bash', ['-o', 'pipefail', '-c', command], {
        cwd: command.startsWith('npm ') ? projectRoot : home,
        env: {
          ...{ PATH, HOME: home, LOCAL_DATA_DIR: stack.dataDir, API: controller.url, PROMETHEUS: prometheus.url },
          ...{ ECS_CLUSTER: LOCAL.cluster, RECORDER_FAMILY: LOCAL.family, DYNAMODB_TABLE: LOCAL.table },
          ...{ S3_BUCKET_NAME: LOCAL.bucket, NOTIFY_WEBHOOK_URL: stack.sink.url, AWS_REGION: LOCAL.region },
          ...{ AWS_ACCESS_KEY_ID: LOCAL.accessKeyId, AWS_SECRET_ACCESS_KEY: LOCAL.secretAccessKey, AWS_PAGER: '' },
          ...{ AWS_DEFAULT_REGION: LOCAL.region, AWS_ENDPOINT_URL_S3: stack.s3Url, AWS_ENDPOINT_URL_ECS: stack.ecsUrl },
          AWS_ENDPOINT_URL_DYNAMODB: stack.dynamodbUrl,
        },
        timeout: 60_000,
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text;
        });
      }
      child.once('close', (code) => resolve({ code, output: output.trim() }));
    });
});
