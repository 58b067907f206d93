import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeTasksCommand, ECSClient, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import { ListMultipartUploadsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { systemClock } from '@meetingbot/crds-schema';
import type { Fault } from '../ecs/index.ts';
import { type Environment, type Service, startService } from '../service/index.ts';
import { LOCAL } from '../stack/places.ts';
import { recorderTaskDefinition } from '../stack/recorder-task.ts';
import { steadyPort } from '../testing/steady-port.ts';
import { Api } from './api.fixture.ts';
import { type Host, startHost } from './host.fixture.ts';
import { type LoadBalancer, startLoadBalancer } from './load-balancer.fixture.ts';
import { processesOf } from './processes.fixture.ts';
import { startWebhookSink, type WebhookSink } from './webhook-sink.fixture.ts';

const READY_MS = 90_000;
/** A task that has said Done still puts its things away. */
const CLEAN_MS = 30_000;
type Part = 'dynamodb' | 's3' | 'ecs' | 'controller';
const credentials = { accessKeyId: LOCAL.accessKeyId, secretAccessKey: LOCAL.secretAccessKey };

/** The embedded stack with every part to be killed and started again, on the ports it had before. */
export class ChaosStack {
  readonly dataDir: string;
  readonly host: Host;
  readonly sink: WebhookSink;
  readonly balancer: LoadBalancer;
  readonly api: Api;
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
  #ecsService: Service | undefined;
  readonly #ecs: ECSClient;
  readonly #env: Record<Part, Environment>;
  readonly #urls: Record<'dynamodb' | 's3' | 'ecs', string>;
  readonly #services = new Set<Service>();

  private constructor(parts: Pick<ChaosStack, 'dataDir' | 'host' | 'sink' | 'balancer'>, ports: number[]) {
    const [dynamodb = 0, s3 = 0, ecs = 0] = ports;
    const { dataDir, balancer, sink } = parts;
    this.dataDir = dataDir;
    this.host = parts.host;
    this.sink = sink;
    this.balancer = balancer;
    this.api = new Api(balancer.url);
    const url = (port: number) => `http://127.0.0.1:${port}`;
    this.#urls = { dynamodb: url(dynamodb), s3: url(s3), ecs: url(ecs) };
    this.s3 = new S3Client({ region: LOCAL.region, endpoint: url(s3), forcePathStyle: true, credentials });
    this.dynamodb = new DynamoDBClient({ region: LOCAL.region, endpoint: url(dynamodb), credentials });
    this.#ecs = new ECSClient({ region: LOCAL.region, endpoint: url(ecs), credentials });
    this.#env = {
      dynamodb: { LOCAL_DYNAMODB_DATA_DIR: join(dataDir, 'dynamodb'), LOCAL_DYNAMODB_PORT: String(dynamodb) },
      s3: { LOCAL_S3_DATA_DIR: join(dataDir, 's3'), LOCAL_S3_PORT: String(s3), LOCAL_S3_BUCKETS: LOCAL.bucket },
      ecs: {
        LOCAL_ECS_DATA_DIR: join(dataDir, 'ecs'),
        LOCAL_ECS_PORT: String(ecs),
        LOCAL_ECS_CLUSTERS: LOCAL.cluster,
        LOCAL_ECS_TASK_DEFINITIONS: join(dataDir, 'task-definitions.json'),
      },
      controller: {
        ...controllerSettings({ s3: url(s3), sink: sink.url, self: balancer.url }),
        AWS_ENDPOINT_URL_DYNAMODB: url(dynamodb),
        AWS_ENDPOINT_URL_ECS: url(ecs),
      },
    };
  }

  /** Starts all but a controller. */
  static async start(recorder: 'real' | 'scripted'): Promise<ChaosStack> {
    const dataDir = await mkdtemp(join(tmpdir(), 'chaos-'));
    const parts = {
      dataDir,
      host: await startHost(),
      sink: await startWebhookSink(),
      balancer: await startLoadBalancer(),
    };
    const stack = new ChaosStack(parts, [await steadyPort(), await steadyPort(), await steadyPort()]);
    await writeFile(join(dataDir, 'task-definitions.json'), JSON.stringify([taskDefinition(recorder)]));
    await Promise.all([stack.#start('dynamodb'), stack.#start('s3'), stack.startEcs()]);
    return stack;
  }

  get s3Url(): string {
    return this.#urls.s3;
  }

  get dynamodbUrl(): string {
    return this.#urls.dynamodb;
  }

  get ecsUrl(): string {
    return this.#urls.ecs;
  }

  get ecs(): Service {
    if (this.#ecsService === undefined) throw new Error('the ECS endpoint was not started');
    return this.#ecsService;
  }

  async startEcs(): Promise<void> {
    this.#ecsService = await this.#start('ecs');
  }

  /**
   * One more replica behind the load balancer; calls go to the oldest that lives.
   * @param settings - beside the usual ones
   */
  async startController(settings: Environment = {}): Promise<Controller> {
    const port = Number(settings['PORT'] ?? (await steadyPort()));
    const service = await this.#start('controller', { PORT: String(port), ...settings });
    this.balancer.replicas.push(port);
    return { service, url: service.info.url };
  }

  async kill(service: Service): Promise<void> {
    process.kill(service.pid, 'SIGKILL');
    await service.exited;
    this.#services.delete(service);
  }

  /** SIGTERM, as a deployment does it. */
  async stop(service: Service): Promise<void> {
    await service.stop();
    this.#services.delete(service);
  }

  async fault(fault: Fault): Promise<void> {
    await this.#admin('POST', '/_faults', fault);
  }

  async clearFaults(): Promise<void> {
    await this.#admin('DELETE', '/_faults');
  }

  /** AWS kills a task: SIGKILL to its whole tree. `reason`: what ECS says of its container then. */
  async killTask(taskArn: string | undefined, reason?: string): Promise<void> {
    await this.#admin('POST', `/_tasks/${taskArn?.split('/').at(-1)}/kill`, reason === undefined ? {} : { reason });
  }

  /** AWS stops a task, for a reason of its own. `abrupt`: without SIGTERM, and no exit code is known. */
  async stopTask(
    taskArn: string | undefined,
    order: { stopCode: string; reason?: string; abrupt?: boolean },
  ): Promise<void> {
    await this.#admin('POST', `/_tasks/${taskArn?.split('/').at(-1)}/stop`, order);
  }

  /** Every task ECS knows, live and stopped, of one Meeting or all. */
  async tasks(name?: string): Promise<Task[]> {
    // A task that ends between the two lists is in both.
    const found = new Map<string | undefined, Task>();
    for (const desiredStatus of ['RUNNING', 'STOPPED'] as const) {
      const { taskArns = [] } = await this.#ecs.send(new ListTasksCommand({ cluster: LOCAL.cluster, desiredStatus }));
      if (taskArns.length === 0) continue;
      const { tasks = [] } = await this.#ecs.send(
        new DescribeTasksCommand({ cluster: LOCAL.cluster, tasks: taskArns }),
      );
      for (const task of tasks) found.set(task.taskArn, task);
    }
    return [...found.values()].filter((task) => name === undefined || environmentOf(task)['MEETING_NAME'] === name);
  }

  async objects(): Promise<string[]> {
    const { Contents = [] } = await this.s3.send(new ListObjectsV2Command({ Bucket: LOCAL.bucket }));
    return Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
  }

  /** What ended Meetings must not leave, looked for until nothing is left or the time is up. */
  async leftovers(): Promise<string[]> {
    const deadline = performance.now() + CLEAN_MS;
    for (;;) {
      const left = await this.#leftovers();
      if (left.length === 0 || performance.now() > deadline) return left;
      await systemClock.sleep(200);
    }
  }

  /** Live tasks, their processes and files, uploads, segments. */
  async #leftovers(): Promise<string[]> {
    const { Uploads = [] } = await this.s3.send(new ListMultipartUploadsCommand({ Bucket: LOCAL.bucket }));
    const services = new Set([process.pid, ...[...this.#services].map(({ pid }) => pid)]);
    return [
      ...(await this.tasks())
        .filter(({ lastStatus }) => lastStatus !== 'STOPPED')
        .map((task) => `task ${task.taskArn}`),
      ...processesOf(this.dataDir, services).map((process) => `process ${process}`),
      ...(await readdir(join(this.dataDir, 'ecs', 't'))).map((name) => `file ${name}`),
      ...Uploads.map(({ Key }) => `upload ${Key}`),
      ...(await this.objects()).filter((key) => key.includes('/attempts/')).map((key) => `segment ${key}`),
    ];
  }

  /** Ends everything, and what is left of it. */
  async close(): Promise<void> {
    for (const service of [...this.#services].toReversed()) await service.stop();
    for (const client of [this.#ecs, this.s3, this.dynamodb]) client.destroy();
    await Promise.all([this.host.close(), this.sink.close(), this.balancer.close()]);
    await rm(this.dataDir, { recursive: true, force: true, maxRetries: 3 });
  }

  async #start(part: Part, env: Environment = {}): Promise<Service> {
    const { PATH, HOME, TZ } = process.env;
    const service = await startService({
      name: part,
      entry: new URL(`../${part}/main.ts`, import.meta.url),
      env: {
        ...{ PATH, HOME, ...(TZ === undefined ? {} : { TZ }), LOG_LEVEL: 'debug' },
        ...{ AWS_REGION: LOCAL.region, AWS_ACCESS_KEY_ID: LOCAL.accessKeyId },
        ...{ AWS_SECRET_ACCESS_KEY: LOCAL.secretAccessKey, ...this.#env[part], ...env },
      },
      logFile: join(this.dataDir, 'logs', `${part}.log`),
      readyTimeoutMs: READY_MS,
      stopTimeoutMs: 25_000,
    });
    this.#services.add(service);
    return service;
  }

  async #admin(method: string, path: string, body?: object): Promise<void> {
    const response = await fetch(this.#urls.ecs + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    await response.body?.cancel();
  }
}

export interface Controller {
  service: Service;
  url: string;
}

/** true when this replica leads; a dead one doesn't. */
export async function leads({ url }: Controller): Promise<boolean> {
  const metrics = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5000) }).then(
    (response) => response.text(),
    () => '',
  );
  return /^leader_election_master_status\{[^}]*\} 1$/m.test(metrics);
}

function environmentOf(task: Task): Record<string, string | undefined> {
  const [override] = task.overrides?.containerOverrides ?? [];
  return Object.fromEntries((override?.environment ?? []).map(({ name, value }) => [name, value]));
}

function taskDefinition(recorder: 'real' | 'scripted') {
  const definition = recorderTaskDefinition(process.execPath);
  if (recorder === 'real') return definition;
  const [container] = definition.containerDefinitions ?? [];
  const command = [process.execPath, fileURLToPath(new URL('./scripted-recorder.ts', import.meta.url))];
  return { ...definition, containerDefinitions: [{ ...container, command, stopTimeout: 10 }] };
}

function controllerSettings({ s3, sink, self }: { s3: string; sink: string; self: string }): Environment {
  return {
    S3_REGION: LOCAL.region,
    S3_BUCKET_NAME: LOCAL.bucket,
    S3_ENDPOINT: s3,
    S3_URL_STYLE: 'path',
    S3_USE_MINIO_COMPATIBILITY: 'true',
    S3_ACCESS_KEY_ID: LOCAL.accessKeyId,
    S3_SECRET_ACCESS_KEY: LOCAL.secretAccessKey,
    DYNAMODB_TABLE: LOCAL.table,
    ECS_CLUSTER: LOCAL.cluster,
    ECS_TASK_DEFINITION: LOCAL.family,
    ECS_SUBNETS: 'subnet-00000000000000000',
    ECS_SECURITY_GROUPS: 'sg-00000000000000000',
    LAUNCH_LEAD_SECONDS: '5',
    MAX_CONCURRENT_MEETINGS: '50',
    MAX_CONCURRENT_MEETINGS_PER_NAMESPACE: '50',
    WEB_HOSTS: '*',
    BROWSER_PRIVATE_HOSTS: '127.0.0.0/8,localhost',
    CONTROLLER_URL: self,
    NOTIFY_WEBHOOK_ENABLED: 'true',
    NOTIFY_WEBHOOK_URL: sink,
    NOTIFY_WEBHOOK_PRIVATE_HTTP: 'true',
    NOTIFY_WEBHOOK_SECRET: `whsec_${Buffer.from('chaos-secret-0123456789abcdef').toString('base64')}`,
  };
}
