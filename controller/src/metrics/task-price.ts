import { type AttemptResources, type FargateKind, fargateHourly } from '@meetingbot/crds-schema';

export const CAPACITIES = ['on-demand', 'spot'] as const;
export type Capacity = (typeof CAPACITIES)[number];

/** Fargate bills by the second, but a minute at least. */
const SHORTEST_BILL = 60;
const HOUR = 3600;

export function capacityOf({ capacityProvider }: AttemptResources): Capacity {
  return capacityProvider === 'FARGATE_SPOT' ? 'spot' : 'on-demand';
}

/** Price of one task by Fargate's list, US dollars. */
export function dollarsOf(resources: AttemptResources): number {
  const { vcpu, memoryGib, seconds } = resources;
  return (fargateHourly(kindOf(resources), { vcpu, memoryGb: memoryGib }) * Math.max(SHORTEST_BILL, seconds)) / HOUR;
}

function kindOf(resources: AttemptResources): FargateKind {
  const isArm = resources.architecture === 'arm64';
  if (capacityOf(resources) === 'spot') return isArm ? 'armSpot' : 'x86Spot';
  return isArm ? 'arm' : 'x86';
}
