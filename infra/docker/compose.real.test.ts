import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ControllerSettings, RecorderSettings, readSettings } from '@meetingbot/crds-schema';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { projectRoot } from '../local/stack/places.ts';
import localTaskDefinitions from './local-task-definitions.json' with { type: 'json' };

const FILE = join(projectRoot, 'docker-compose.meeting-bot.yml');
/** What is no setting of ours: the AWS SDK's own, and the local ECS endpoint's. */
const OTHERS = /^(AWS_(REGION|ACCESS_KEY_ID|SECRET_ACCESS_KEY|ENDPOINT_URL_[A-Z0-9]+)|LOCAL_ECS_[A-Z_]+)$/;

interface Service {
  readonly image: string;
  readonly build?: { readonly dockerfile: string; readonly target: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly read_only?: boolean;
  readonly depends_on?: Readonly<Record<string, unknown>>;
}

/** The file as Compose reads it, with these variables set and no others of ours. */
function composed(variables: Record<string, string> = {}): Record<string, Service> {
  const env = { PATH: process.env['PATH'] ?? '', ...variables };
  const text = execFileSync('docker-compose', ['--file', FILE, 'config'], { encoding: 'utf8', env });
  return (parse(text) as { services: Record<string, Service> }).services;
}

function environmentOf(service: Service | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(service?.environment ?? {}).map(([name, value]) => [name, String(value)]));
}

it('is read by Compose, and every variable of the controller is a setting with a value it takes', () => {
  const environment = environmentOf(composed()['controller']);
  const known = Object.keys(ControllerSettings.properties);
  expect(Object.keys(environment).filter((name) => !known.includes(name) && !OTHERS.test(name))).toEqual([]);
  expect(readSettings(ControllerSettings, environment)).toMatchObject({
    PORT: 3000,
    DYNAMODB_CREATE_TABLE: true,
    S3_ENDPOINT: 'http://minio:9000',
    NOTIFY_WEBHOOK_ENABLED: false,
  });
});

it('takes the webhook, tokens and the old queue from the shell', () => {
  const environment = environmentOf(
    composed({
      NOTIFY_WEBHOOK_ENABLED: 'true',
      MAF_WEBHOOK_URL: 'http://maf:8001/api/meeting-bot/recording-complete',
      NOTIFY_WEBHOOK_SECRET: 'new old',
      API_TOKENS: 'abc:admin',
      REDIS_CONSUMER_ENABLED: 'true',
    })['controller'],
  );
  expect(readSettings(ControllerSettings, environment)).toMatchObject({
    NOTIFY_WEBHOOK_ENABLED: true,
    NOTIFY_WEBHOOK_URL: 'http://maf:8001/api/meeting-bot/recording-complete',
    NOTIFY_WEBHOOK_SECRET: 'new old',
    API_TOKENS: 'abc:admin',
    REDIS_CONSUMER_ENABLED: true,
    REDIS_HOST: 'redis',
  });
});

it('gives the recorder of the local ECS what the schema asks for beside what the controller tells it', () => {
  const [definition] = localTaskDefinitions;
  const [container] = definition?.containerDefinitions ?? [];
  const given = (container?.environment ?? []).map(({ name }) => name);
  const known = Object.keys(RecorderSettings.properties);
  expect(given.filter((name) => !known.includes(name))).toEqual([]);
  const controller = environmentOf(composed()['controller']);
  expect(controller['ECS_TASK_DEFINITION']).toBe(definition?.family);
  for (const { name, value } of container?.environment ?? []) expect(controller[name]).toBe(value);
  const ecs = environmentOf(composed()['ecs']);
  expect(Object.keys(ecs).filter((name) => !OTHERS.test(name))).toEqual([]);
  expect(ecs['LOCAL_ECS_CLUSTERS']).toBe(controller['ECS_CLUSTER']);
});

it('builds our images from targets that there are, and mounts files that there are', () => {
  const services = composed();
  const dockerfile = readFileSync(join(projectRoot, 'infra/docker/Dockerfile.production'), 'utf8');
  const builds = Object.values(services).flatMap(({ build }) => (build === undefined ? [] : [build]));
  expect(builds).toHaveLength(2);
  for (const build of builds) {
    expect(build.dockerfile).toBe('infra/docker/Dockerfile.production');
    expect(dockerfile).toMatch(new RegExp(`^FROM \\S+ AS ${build.target}$`, 'm'));
  }
  const mounted = Object.values(services)
    .flatMap(({ volumes = [] }) => volumes)
    .map((volume) => volume.split(':')[0] ?? '')
    .filter((source) => source.startsWith('/'));
  expect(mounted.length).toBeGreaterThanOrEqual(4);
  expect(mounted.filter((source) => !existsSync(source))).toEqual([]);
});

it('is open to this machine only, and pins what it does not build', () => {
  const services = composed();
  const ports = Object.values(services).flatMap(({ ports: list = [] }) => list);
  expect(ports.length).toBeGreaterThan(4);
  expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  const foreign = Object.values(services).filter(({ build }) => build === undefined);
  expect(foreign.filter(({ image }) => !/:v?[\dR]/.test(image))).toEqual([]);
  for (const name of ['controller', 'ecs']) expect(services[name]?.read_only).toBe(true);
});

it("has a Prometheus that loads our rules and scrapes the controller under the rules' job", () => {
  const config = parse(readFileSync(join(projectRoot, 'infra/docker/prometheus.yml'), 'utf8')) as {
    rule_files: string[];
    scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
  };
  expect(config.scrape_configs.map(({ job_name }) => job_name)).toEqual(['meetingbot']);
  expect(config.scrape_configs[0]?.static_configs[0]?.targets).toEqual(['controller:3000']);
  expect(config.rule_files).toEqual(['/etc/prometheus/rules/*.yaml']);
});
