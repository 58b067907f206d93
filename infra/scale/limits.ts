/**
 * What AWS allows an account in a region, as it is before anybody has asked for more.
 * Sources: Service Quotas' own names and codes; ECS developer guide, request throttling; S3 user guide, performance;
 * DynamoDB developer guide, partitions. A quota without a code can't be raised by request.
 */
export interface Limit {
  /** As Service Quotas names it. */
  name: string;
  code?: string;
  value: number;
}

export const LIMITS = {
  vcpu: { name: 'Fargate On-Demand vCPU resource count', code: 'L-3032A538', value: 6 },
  launches: { name: 'Fargate launches a second, sustained (burst 100)', value: 20 },
  runTask: { name: 'ECS RunTask calls a second, sustained (burst 100)', value: 40 },
  reads: { name: 'ECS DescribeTasks and ListTasks a second, sustained', value: 20 },
  interfaces: { name: 'Network interfaces per Region', code: 'L-DF5E4CA3', value: 5000 },
  addresses: { name: 'addresses in a VPC’s largest IPv4 range, a /16', value: 65_536 },
  partitionWrites: { name: 'DynamoDB write units a second in one partition', value: 1000 },
  tableWrites: { name: 'Table-level write throughput limit', code: 'L-AB614373', value: 40_000 },
  s3Writes: { name: 'S3 PUT requests a second in one prefix, before S3 has split it', value: 3500 },
  nat: { name: 'Gbit/s of a NAT gateway', value: 100 },
} as const satisfies Record<string, Limit>;
