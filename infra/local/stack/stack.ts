import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { ControllerSettings } from '@meetingbot/crds-schema';
import { type Environment, type Service, startService } from '../service/index.ts';
import { LOCAL } from './places.ts';
import { recorderTaskDefinition } from './recorder-task.ts';

/** Ports of the parts; 0: any free one. */
export interface StackPorts {
  api: number;
  s3: number;
  dynamodb: number;
  ecs: number;
}

export interface StackOptions {
  /** Everything durable and every log is below it; found again at the next start. */
  dataDir: string;
  ports: StackPorts;
  /** Settings of the controller that differ from the local ones; names that are no settings are ignored. */
  settings?: Environment;
  /** The recorder's task definition; default: the sources of this project. */
  recorder?: RegisterTaskDefinitionCommandInput;
  /** Starts the API with these settings; default: the sources of this project. Stopped with the rest. */
  startApi?: (env: Environment) => Promise<Service>;
  /** Called as each part answers. */
  started?: (service: Service) => void;
}

/** The embedded stack: every part a process of its own, with the wire protocols that production uses. */
export interface Stack {
  api: Service;
  s3: Service;
  dynamodb: Service;
  ecs: Service;
  /** Resolves with the first part that ends by itself. */
  broken: Promise<Service>;
  /** Stops all parts, the controller first. Any number of calls. */
  stop(): Promise<void>;
}

const entry = (part: string) => new URL(`../${part}/main.ts`, import.meta.url);

/**
 * Starts the stack and waits until each part answers. What was started is stopped again when a part fails.
 * @throws ServiceStartError with one line that names the part, and the port and setting where that is the trouble
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dataDir, ports, settings = {}, recorder = recorderTaskDefinition(process.execPath), started } = options;
  const services: Service[] = [];
  const stop = async () => {
    for (const service of services.toReversed()) await service.stop();
  };
  const keep = async (starting: Promise<Service>): Promise<Service> => {
    const service = await starting;
    services.push(service);
    started?.(service);
    return service;
  };
  const start = (name: string, part: string, env: Environment): Promise<Service> =>
    keep(
      startService({
        name,
        entry: entry(part),
        env: { ...base, ...env },
        logFile: join(dataDir, 'logs', `${part}.log`),
        stopTimeoutMs: 25_000,
      }),
    );
  const base = baseEnvironment();
  try {
    await mkdir(dataDir, { recursive: true });
    // A recorder's browser has a user of its own, who comes by on the way to the task's directory.
    await chmod(dataDir, 0o711);
    const taskDefinitions = join(dataDir, 'task-definitions.json');
    await writeFile(taskDefinitions, JSON.stringify([recorder], null, 2));
    const dynamodb = await start('DynamoDB', 'dynamodb', {
      LOCAL_DYNAMODB_DATA_DIR: join(dataDir, 'dynamodb'),
      LOCAL_DYNAMODB_PORT: String(ports.dynamodb),
    });
    const s3 = await start('S3', 's3', {
      LOCAL_S3_DATA_DIR: join(dataDir, 's3'),
      LOCAL_S3_PORT: String(ports.s3),
      LOCAL_S3_BUCKETS: LOCAL.bucket,
    });
    const ecs = await start('ECS', 'ecs', {
      LOCAL_ECS_DATA_DIR: join(dataDir, 'ecs'),
      LOCAL_ECS_PORT: String(ports.ecs),
      LOCAL_ECS_CLUSTERS: LOCAL.cluster,
      LOCAL_ECS_TASK_DEFINITIONS: taskDefinitions,
    });
    const apiEnv = {
      ...localSettings({ s3: s3.info.url, port: ports.api }),
      ...onlySettings(settings),
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.info.url,
      AWS_ENDPOINT_URL_ECS: ecs.info.url,
    };
    const api = await (options.startApi === undefined
      ? start('API', 'controller', apiEnv)
      : keep(options.startApi({ ...base, ...apiEnv })));
    const broken = Promise.race(services.map((service) => service.exited.then(() => service)));
    return { api, s3, dynamodb, ecs, broken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function baseEnvironment(): Environment {
  const { PATH, HOME, TZ, LOG_LEVEL } = process.env;
  return {
    PATH,
    HOME,
    ...(TZ === undefined ? {} : { TZ }),
    ...(LOG_LEVEL === undefined ? {} : { LOG_LEVEL }),
    AWS_REGION: LOCAL.region,
    AWS_ACCESS_KEY_ID: LOCAL.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL.secretAccessKey,
  };
}

function localSettings({ s3, port }: { s3: string; port: number }): Record<string, string> {
  return {
    PORT: String(port),
    S3_REGION: LOCAL.region,
    S3_BUCKET_NAME: LOCAL.bucket,
    S3_ENDPOINT: s3,
    S3_URL_STYLE: 'path',
    S3_ACCESS_KEY_ID: LOCAL.accessKeyId,
    S3_SECRET_ACCESS_KEY: LOCAL.secretAccessKey,
    DYNAMODB_TABLE: LOCAL.table,
    ECS_CLUSTER: LOCAL.cluster,
    ECS_TASK_DEFINITION: LOCAL.family,
    ECS_SUBNETS: 'subnet-00000000000000000',
    ECS_SECURITY_GROUPS: 'sg-00000000000000000',
    LAUNCH_LEAD_SECONDS: '5',
    MAX_CONCURRENT_MEETINGS: '4',
    WEB_HOSTS: '*',
    BROWSER_PRIVATE_HOSTS: '127.0.0.0/8,localhost',
    ALLOW_ANONYMOUS_JOIN: 'true',
    NOTIFY_WEBHOOK_PRIVATE_HTTP: 'true',
  };
}

/** The user's own settings among all of an environment. */
function onlySettings(environment: Environment): Environment {
  const names = new Set(Object.keys(ControllerSettings.properties));
  return Object.fromEntries(Object.entries(environment).filter(([name, value]) => names.has(name) && value !== ''));
}
