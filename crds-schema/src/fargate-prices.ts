/** What Fargate asks for one vCPU and one GB of memory for an hour, in US dollars. */
export interface FargatePrice {
  vcpuHour: number;
  gbHour: number;
}

/** What a recorder runs on: the processor, and whether AWS may take it back at two minutes' notice. */
export const FARGATE_KINDS = ['x86', 'arm', 'x86Spot', 'armSpot'] as const;
export type FargateKind = (typeof FARGATE_KINDS)[number];

/**
 * Fargate's prices for Linux, the one table that the cost command and the cost metrics share. Billed a second, a minute
 * at least. On-demand prices hold until AWS changes them; Spot moves with demand, about 70 % below.
 * Source: aws.amazon.com/fargate/pricing, as of the date given. Change figure and date together.
 */
export const FARGATE_PRICES = {
  asOf: '2026-10-09',
  region: 'us-east-1',
  currency: 'USD',
  x86: { vcpuHour: 0.04048, gbHour: 0.004445 },
  arm: { vcpuHour: 0.03238, gbHour: 0.00356 },
  x86Spot: { vcpuHour: 0.01246, gbHour: 0.00137 },
  // No published figure was at hand: x86's discount applied to ARM.
  armSpot: { vcpuHour: 0.00997, gbHour: 0.0011 },
  /** A GB of ephemeral storage above the 20 that come with each task, for an hour. */
  storageGbHour: 0.000111,
} as const satisfies Record<FargateKind, FargatePrice> & Record<string, unknown>;

/** What a task of that size costs an hour, in US dollars. @param memoryGb - GB as Fargate counts them: 2048 MiB is 2 */
export function fargateHourly(kind: FargateKind, { vcpu, memoryGb }: { vcpu: number; memoryGb: number }): number {
  const { vcpuHour, gbHour } = FARGATE_PRICES[kind];
  return vcpu * vcpuHour + memoryGb * gbHour;
}
