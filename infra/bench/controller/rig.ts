import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeTasksCommand, ECSClient, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import { S3Client } from '@aws-sdk/client-s3';
import { type Environment, type Service, startService } from '../../local/service/index.ts';
import { LOCAL } from '../../local/stack/places.ts';
import { recorderTaskDefinition } from '../../local/stack/recorder-task.ts';
import type { PlayedRecorder } from './load-calls.ts';

const credentials = { accessKeyId: LOCAL.accessKeyId, secretAccessKey: LOCAL.secretAccessKey };

/** The parts of one measurement, each a process of its own. Nothing of it is left after `close`. */
export class Rig {
  readonly dataDir: string;
  readonly dynamodb: Service;
  readonly s3: Service;
  readonly ecs: Service;
  readonly client: { dynamodb: DynamoDBClient; s3: S3Client; ecs: ECSClient };
  readonly #controlUrl: string;
  readonly #webhookUrl: string;
  #controller: Service | undefined;

  private constructor(parts: { dataDir: string; dynamodb: Service; s3: Service; ecs: Service }, control: number) {
    this.dataDir = parts.dataDir;
    this.dynamodb = parts.dynamodb;
    this.s3 = parts.s3;
    this.ecs = parts.ecs;
    this.#controlUrl = `http://127.0.0.1:${control}`;
    // Any 200 will do, and this one costs the controller what any receiver costs it.
    this.#webhookUrl = `${this.#controlUrl}/webhook`;
    const at = ({ info }: Service) => ({ endpoint: info.url, region: LOCAL.region, credentials });
    this.client = {
      dynamodb: new DynamoDBClient(at(parts.dynamodb)),
      s3: new S3Client({ ...at(parts.s3), forcePathStyle: true }),
      ecs: new ECSClient(at(parts.ecs)),
    };
  }

  /** All but the controller. */
  static async start(): Promise<Rig> {
    const dataDir = await mkdtemp(join(tmpdir(), 'bench-'));
    const definitions = join(dataDir, 'task-definitions.json');
    await writeFile(definitions, JSON.stringify([recorderTaskDefinition(process.execPath)]));
    const control = await freePort();
    const [dynamodb, s3, ecs] = await Promise.all([
      start(dataDir, 'dynamodb', '../../local/dynamodb/main.ts', {
        LOCAL_DYNAMODB_DATA_DIR: join(dataDir, 'dynamodb'),
        LOCAL_DYNAMODB_PORT: '0',
      }),
      start(dataDir, 's3', '../../local/s3/main.ts', {
        LOCAL_S3_DATA_DIR: join(dataDir, 's3'),
        LOCAL_S3_PORT: '0',
        LOCAL_S3_BUCKETS: LOCAL.bucket,
      }),
      start(dataDir, 'ecs', './ecs-service.ts', { TASK_DEFINITIONS: definitions, CONTROL_PORT: String(control) }),
    ]);
    return new Rig({ dataDir, dynamodb, s3, ecs }, control);
  }

  get controller(): Service {
    if (this.#controller === undefined) throw new Error('the controller was not started');
    return this.#controller;
  }

  /** Starts the controller and waits until it leads. */
  async startController(): Promise<Service> {
    this.#controller = await start(this.dataDir, 'controller', '../../local/controller/main.ts', {
      ...controllerSettings,
      ...imageEnvironment(),
      S3_ENDPOINT: this.s3.info.url,
      NOTIFY_WEBHOOK_URL: this.#webhookUrl,
      AWS_ENDPOINT_URL_DYNAMODB: this.dynamodb.info.url,
      AWS_ENDPOINT_URL_ECS: this.ecs.info.url,
    });
    const deadline = performance.now() + 60_000;
    while (!(await this.#isLeading())) {
      if (performance.now() > deadline) throw new Error('the controller does not lead after 60 s');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return this.#controller;
  }

  async stopController(): Promise<void> {
    await this.#controller?.stop();
    this.#controller = undefined;
  }

  /** Every task that ECS wants running. */
  async tasks(): Promise<Task[]> {
    const found: Task[] = [];
    let nextToken: string | undefined;
    do {
      const page = await this.client.ecs.send(new ListTasksCommand({ cluster: LOCAL.cluster, nextToken }));
      nextToken = page.nextToken;
      const { taskArns: tasks = [] } = page;
      if (tasks.length === 0) break;
      const answer = await this.client.ecs.send(new DescribeTasksCommand({ cluster: LOCAL.cluster, tasks }));
      found.push(...(answer.tasks ?? []));
    } while (nextToken !== undefined);
    return found;
  }

  /** Waits until so many tasks whose Meeting's name has the prefix are there. */
  async untilLaunched(prefix: string, count: number): Promise<{ recorder: PlayedRecorder; createdAt: number }[]> {
    const deadline = performance.now() + 300_000;
    for (;;) {
      const launched = (await this.tasks()).map(played).filter(({ recorder }) => recorder.name.startsWith(prefix));
      if (launched.length >= count) return launched;
      if (performance.now() > deadline) throw new Error(`${launched.length} of ${count} tasks after five minutes`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  /** The tasks end by themselves with exit code 0. */
  async endTasks(recorders: readonly PlayedRecorder[]): Promise<void> {
    await fetch(this.#controlUrl, { method: 'POST', body: JSON.stringify(recorders.map(({ taskId }) => taskId)) });
  }

  async close(): Promise<void> {
    await this.stopController();
    for (const client of Object.values(this.client)) client.destroy();
    for (const service of [this.ecs, this.s3, this.dynamodb]) await service.stop();
    await rm(this.dataDir, { recursive: true, force: true, maxRetries: 3 });
  }

  async #isLeading(): Promise<boolean> {
    const text = await (await fetch(`${this.controller.info.url}/metrics`)).text();
    return /^leader_election_master_status\{[^}]*\} 1$/m.test(text);
  }
}

function played(task: Task): { recorder: PlayedRecorder; createdAt: number } {
  const [override] = task.overrides?.containerOverrides ?? [];
  const env = new Map((override?.environment ?? []).map(({ name, value }) => [name, value ?? '']));
  return {
    createdAt: task.createdAt?.getTime() ?? Number.NaN,
    recorder: {
      name: env.get('MEETING_NAME') ?? '',
      uid: env.get('MEETING_UID') ?? '',
      attempt: Number(env.get('MEETING_ATTEMPT')),
      token: env.get('MEETING_TOKEN') ?? '',
      taskId: task.taskArn?.split('/').at(-1) ?? '',
    },
  };
}

/** Starts a part with an environment of its own. */
export function start(dataDir: string, name: string, entry: string, env: Environment): Promise<Service> {
  const { PATH, HOME } = process.env;
  return startService({
    ...{ name, entry: new URL(entry, import.meta.url), readyTimeoutMs: 90_000, stopTimeoutMs: 30_000 },
    logFile: join(dataDir, 'logs', `${name}.log`),
    env: {
      ...{ PATH, HOME, LOG_LEVEL: 'warn', AWS_REGION: LOCAL.region },
      ...{ AWS_ACCESS_KEY_ID: LOCAL.accessKeyId, AWS_SECRET_ACCESS_KEY: LOCAL.secretAccessKey, ...env },
    },
  });
}

/** What the image says about memory: it is the controller in its image that is measured. */
function imageEnvironment(): Environment {
  const file = readFileSync(new URL('../../docker/Dockerfile.production', import.meta.url), 'utf8');
  const line = /^ENV PORT=3000 (.*)$/m.exec(file)?.[1];
  if (line === undefined) throw new Error('Dockerfile.production: expected a line ENV PORT=3000 … of the controller');
  return parseEnv(line.replaceAll(/ (?=[A-Z_]+=)/g, '\n'));
}

const controllerSettings: Environment = {
  ...{ PORT: '0', S3_REGION: LOCAL.region, S3_BUCKET_NAME: LOCAL.bucket, S3_URL_STYLE: 'path' },
  ...{ S3_USE_MINIO_COMPATIBILITY: 'true', S3_ACCESS_KEY_ID: LOCAL.accessKeyId },
  ...{ S3_SECRET_ACCESS_KEY: LOCAL.secretAccessKey, DYNAMODB_TABLE: LOCAL.table, ECS_CLUSTER: LOCAL.cluster },
  ...{ ECS_TASK_DEFINITION: LOCAL.family, ECS_SUBNETS: 'subnet-00000000000000000' },
  ...{ ECS_SECURITY_GROUPS: 'sg-00000000000000000', WEB_HOSTS: '*' },
  ...{ MAX_CONCURRENT_MEETINGS: '100000', MAX_CONCURRENT_MEETINGS_PER_NAMESPACE: '100000' },
  ...{
    NOTIFY_WEBHOOK_ENABLED: 'true',
    NOTIFY_WEBHOOK_PRIVATE_HTTP: 'true',
    NOTIFY_WEBHOOK_SECRET: 'bench-secret-0123456789',
  },
};

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}
