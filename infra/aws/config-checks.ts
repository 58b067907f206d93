import { parseBrowserIdentities } from '@meetingbot/crds-schema';
import type { StackConfig } from './config.ts';
import { browserIdentities } from './identities.ts';
import { parseCidr } from './public-ranges.ts';

const GB = 1024;
const steps = (from: number, to: number, by: number) =>
  Array.from({ length: (to - from) / by + 1 }, (_, index) => (from + index * by) * GB);

/** MiB that Fargate takes for each number of CPU units. Source: ECS developer guide, task definition differences for Fargate. */
export const FARGATE_MEMORY: Readonly<Record<number, readonly number[]>> = {
  256: [512, 1024, 2048],
  512: steps(1, 4, 1),
  1024: steps(2, 8, 1),
  2048: steps(4, 16, 1),
  4096: steps(8, 30, 1),
  8192: steps(16, 60, 4),
  16384: steps(32, 120, 8),
};

/** What no field says alone. One line a problem, each naming its field. */
export function crossChecks(config: StackConfig): string[] {
  const { controller, ingress, network, recorder, region, retention, webhook } = config;
  const problems: string[] = [];
  for (const [field, { cpu, memory }] of Object.entries({ controller, recorder })) {
    const sizes = FARGATE_MEMORY[cpu];
    if (sizes === undefined) {
      problems.push(`${field}.cpu: expected one of ${Object.keys(FARGATE_MEMORY).join(', ')}, got ${cpu}`);
    } else if (!sizes.includes(memory)) {
      problems.push(`${field}.memory: expected with cpu ${cpu} one of ${sizes.join(', ')}, got ${memory}`);
    }
  }
  if (recorder.tmpMiB > recorder.memory / 2) {
    problems.push(`recorder.tmpMiB: expected at most half of recorder.memory, got ${recorder.tmpMiB}`);
  }
  problems.push(...identityChecks(recorder));
  const zones = new Set(network.subnets.map(({ availabilityZone }) => availabilityZone));
  if (zones.size < 2) problems.push('network.subnets: expected at least two availability zones');
  for (const zone of zones) {
    if (!zone.startsWith(region)) problems.push(`network.subnets: ${zone} is not in ${region}`);
  }
  for (const [field, cidr] of [
    ['network.vpcCidr', network.vpcCidr] as const,
    ...network.subnets.map((subnet) => ['network.subnets.cidr', subnet.cidr] as const),
  ]) {
    try {
      parseCidr(cidr);
    } catch (error) {
      problems.push(`${field}: ${(error as Error).message}`);
    }
  }
  for (const { namespace, days } of retention.classes) {
    if (days > retention.recordingDays) {
      problems.push(`retention.classes: ${namespace}: expected at most recordingDays (${retention.recordingDays})`);
    }
  }
  if ((retention.archiveAfterDays ?? 0) >= retention.recordingDays) {
    problems.push('retention.archiveAfterDays: expected less than recordingDays');
  }
  if (ingress.kind === 'alb' && ingress.privateHostedZone !== undefined) {
    const { name } = ingress.privateHostedZone;
    if (!ingress.hostName.endsWith(`.${name}`)) problems.push(`ingress.hostName: expected a name in ${name}`);
  }
  problems.push(...webhookChecks(webhook));
  if (problems.length > 0) return problems;
  const addresses = addressesOf(network.subnets);
  if (recorder.maxConcurrent <= addresses) return [];
  return [
    `recorder.maxConcurrent: expected at most ${addresses}, the addresses of the subnets, got ${recorder.maxConcurrent}`,
  ];
}

/** The controller's group lets it out to the world by 443 only: any other way to MAF has to be opened. */
function webhookChecks({ mafApi, url }: StackConfig['webhook']): string[] {
  if (!URL.canParse(url)) return ['webhook.url: expected a URL'];
  const { port: given, protocol } = new URL(url);
  const port = given === '' ? (protocol === 'http:' ? 80 : 443) : Number(given);
  if (mafApi === undefined) {
    return port === 443 ? [] : [`webhook.mafApi: expected with port ${port} in webhook.url, to open the way there`];
  }
  return port === mafApi.port ? [] : [`webhook.mafApi.port: expected ${port} as in webhook.url, got ${mafApi.port}`];
}

/** Addresses that recorders and the rest can have: a subnet's size without the five that AWS keeps. */
function addressesOf(subnets: readonly { cidr: string }[]): number {
  return subnets.reduce((sum, { cidr }) => sum + 2 ** (32 - parseCidr(cidr).bits) - 5, 0);
}

/** The controller's own reading of the setting: what it would refuse at its start is refused here. */
function identityChecks(recorder: StackConfig['recorder']): string[] {
  const { identities, teamsBot, secretKeyArns } = recorder;
  try {
    parseBrowserIdentities(browserIdentities(recorder));
  } catch (error) {
    return [(error as Error).message.replace('settings: BROWSER_IDENTITIES', 'recorder.identities')];
  }
  return secretKeyArns.length > 0 && identities.length === 0 && teamsBot === undefined
    ? ['recorder.secretKeyArns: expected identities or teamsBot with them']
    : [];
}
