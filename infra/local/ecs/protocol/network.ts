import { invalidParameter } from '../errors.ts';
import type { Fields } from './fields.ts';

/** Reads `networkConfiguration`, which a task in awsvpc mode must have, and gives its first subnet. */
export function readSubnet(input: Fields): string {
  const vpc = input.object('networkConfiguration')?.object('awsvpcConfiguration');
  if (vpc === undefined) {
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  const subnets = vpc.strings('subnets') ?? [];
  const groups = vpc.strings('securityGroups') ?? [];
  const [first] = subnets;
  if (first === undefined) throw invalidParameter('subnets can not be empty.');
  if (subnets.length > 16) throw invalidParameter(`subnets can have at most 16 items; got ${subnets.length}`);
  if (groups.length > 5) throw invalidParameter(`securityGroups can have at most 5 items; got ${groups.length}`);
  for (const subnet of subnets) {
    if (/^subnet-[0-9a-z-]+$/.test(subnet)) continue;
    throw invalidParameter(
      `Error retrieving subnet information for [${subnet}]: expected an id that starts with subnet-`,
    );
  }
  for (const group of groups) {
    if (/^sg-[0-9a-z-]+$/.test(group)) continue;
    throw invalidParameter(
      `Error retrieving security group information for [${group}]: expected an id that starts with sg-`,
    );
  }
  const publicIp = vpc.string('assignPublicIp') ?? 'DISABLED';
  if (publicIp !== 'ENABLED' && publicIp !== 'DISABLED') {
    throw invalidParameter(`assignPublicIp must be ENABLED or DISABLED; got ${publicIp}`);
  }
  return first;
}
