import { invalidParameter } from '../errors.ts';
import type { Fields } from './fields.ts';

const fargateProviders = ['FARGATE', 'FARGATE_SPOT'];
const launchTypes = ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES'];

/** Capacity provider of the n-th task of a call, undefined where a launch type was given. */
export type ProviderOf = (index: number) => string | undefined;

interface StrategyItem {
  readonly provider: string;
  readonly weight: number;
  readonly base: number;
}

/**
 * Reads `launchType` or `capacityProviderStrategy`. Only Fargate can place a task here: as in a cluster without
 * container instances, anything else finds none, the default (EC2, where neither is given) included.
 */
export function readCapacity(input: Fields): ProviderOf {
  const launchType = input.string('launchType');
  const strategy = input.objects('capacityProviderStrategy') ?? [];
  if (launchType !== undefined && strategy.length > 0) {
    throw invalidParameter(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  }
  if (strategy.length > 0) return placer(strategy.map(readItem));
  if (launchType !== undefined && !launchTypes.includes(launchType)) {
    throw invalidParameter(`launchType must be one of ${launchTypes.join(', ')}; got ${launchType}`);
  }
  if (launchType !== 'FARGATE') throw invalidParameter('No Container Instances were found in your cluster.');
  return () => undefined;
}

function readItem(fields: Fields): StrategyItem {
  const provider = fields.string('capacityProvider') ?? '';
  const weight = fields.integer('weight') ?? 0;
  const base = fields.integer('base') ?? 0;
  if (!fargateProviders.includes(provider)) {
    throw invalidParameter('The specified capacity provider was not found. Specify a valid name or ARN and try again.');
  }
  if (weight < 0 || weight > 1_000) throw invalidParameter(`weight must be between 0 and 1000; got ${weight}`);
  if (base < 0 || base > 100_000) throw invalidParameter(`base must be between 0 and 100000; got ${base}`);
  return { provider, weight, base };
}

function placer(items: readonly StrategyItem[]): ProviderOf {
  if (items.length > 20) {
    throw invalidParameter(`A capacity provider strategy has at most 20 providers; got ${items.length}`);
  }
  if (new Set(items.map((item) => item.provider)).size < items.length) {
    throw invalidParameter('The specified capacity provider strategy cannot contain duplicate capacity providers.');
  }
  if (items.filter((item) => item.base > 0).length > 1) {
    throw invalidParameter('The specified capacity provider strategy can have only one capacity provider with a base.');
  }
  const total = items.reduce((sum, item) => sum + item.weight, 0);
  if (total === 0) {
    throw invalidParameter(
      'The specified capacity provider strategy must contain a capacity provider with a weight greater than 0.',
    );
  }
  const based = items.find((item) => item.base > 0);
  return (index) => {
    if (based !== undefined && index < based.base) return based.provider;
    let turn = (index - (based?.base ?? 0)) % total;
    for (const item of items) {
      if (turn < item.weight) return item.provider;
      turn -= item.weight;
    }
    throw new Error(`no provider has turn ${turn} of ${total}`);
  };
}
