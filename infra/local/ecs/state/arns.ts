import { clientError, invalidParameter } from '../errors.ts';

/** What an endpoint's ARNs have in common. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
}

const prefix = (place: Place) => `arn:aws:ecs:${place.region}:${place.accountId}`;

export const clusterArn = (place: Place, cluster: string) => `${prefix(place)}:cluster/${cluster}`;
export const taskArn = (place: Place, cluster: string, id: string) => `${prefix(place)}:task/${cluster}/${id}`;
export const containerArn = (place: Place, cluster: string, taskId: string, id: string) =>
  `${prefix(place)}:container/${cluster}/${taskId}/${id}`;
export const taskDefinitionArn = (place: Place, family: string, revision: number) =>
  `${prefix(place)}:task-definition/${family}:${revision}`;

/** The name of a cluster given by name or ARN; ECS takes "default" where none is given. */
export function clusterName(place: Place, reference: string | undefined): string {
  if (reference === undefined || reference === '') return 'default';
  if (!reference.startsWith('arn:')) return reference;
  const head = `${prefix(place)}:cluster/`;
  if (!reference.startsWith(head))
    throw invalidParameter('Invalid identifier: Unexpected region, account or resource.');
  return reference.slice(head.length);
}

/**
 * The id of a task given by id or ARN, in `cluster`.
 * @throws EcsError InvalidParameterException for another cluster's ARN or an id of the wrong length, as ECS does.
 */
export function taskId(place: Place, cluster: string, reference: string): string {
  let id = reference;
  if (reference.startsWith('arn:')) {
    const parts = reference.split('/');
    if (parts[0] !== `${prefix(place)}:task`)
      throw invalidParameter('Invalid identifier: Unexpected region, account or resource.');
    if (parts.length === 3 && parts[1] !== cluster) {
      throw invalidParameter(`Identifier is for ${parts[1]}. Your cluster is ${cluster}`);
    }
    id = parts.at(-1) ?? '';
  }
  if (id.length !== 32 && id.length !== 36) throw invalidParameter('taskId length should be one of [32,36]');
  if (!/^[0-9a-f-]+$/i.test(id)) throw invalidParameter('taskId should only contain hexadecimal characters');
  return id;
}

/** Family and, where given, revision of a task definition named by family, family:revision or ARN. */
export function taskDefinitionReference(place: Place, reference: string): { family: string; revision?: number } {
  const head = `${prefix(place)}:task-definition/`;
  if (reference.startsWith('arn:') && !reference.startsWith(head)) {
    throw clientError('Invalid task definition identifier: unexpected region, account or resource.');
  }
  const name = reference.startsWith(head) ? reference.slice(head.length) : reference;
  const match = /^([A-Za-z0-9_-]{1,255})(?::([1-9]\d{0,8}))?$/.exec(name);
  if (match?.[1] === undefined) throw clientError(`Invalid task definition identifier: ${reference}`);
  return match[2] === undefined ? { family: match[1] } : { family: match[1], revision: Number(match[2]) };
}
