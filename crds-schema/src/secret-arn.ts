/** Which text of a secret in Secrets Manager is meant. */
export interface SecretRef {
  /** ARN of the secret itself. */
  arn: string;
  region: string;
  /** One text of a secret that is a JSON object. @default all of it */
  jsonKey?: string;
  /** @default AWSCURRENT */
  versionStage?: string;
  versionId?: string;
}

/**
 * Reads the form that ECS's own `valueFrom` has: the secret's ARN, then optionally `:json-key:version-stage:version-id`,
 * any of them empty. Undefined for everything else, which is a secret as it stands.
 * Source: Amazon ECS developer guide, "Pass Secrets Manager secrets through environment variables".
 */
export function parseSecretArn(value: string): SecretRef | undefined {
  const match = /^(arn:aws[a-z-]*:secretsmanager:([a-z0-9-]+):\d{12}:secret:[^:\s]+)((?::[^:\s]*){0,3})$/.exec(value);
  if (match === null) return undefined;
  const [, arn = '', region = '', rest = ''] = match;
  const [, jsonKey, versionStage, versionId] = rest.split(':');
  return {
    arn,
    region,
    ...(jsonKey ? { jsonKey } : {}),
    ...(versionStage ? { versionStage } : {}),
    ...(versionId ? { versionId } : {}),
  };
}

/** Where a secret lies that is never passed itself. */
export type SecretPlace = ({ kind: 'secretsManager' } & SecretRef) | { kind: 'file'; path: string };

/** What {@link parseSecretPlace} takes, for messages. */
export const SECRET_PLACE_FORM = 'the ARN of a secret in Secrets Manager, or file: and an absolute path';

/** Reads a place: an ARN as above, or `file:/path` for a machine of one's own. Undefined for everything else. */
export function parseSecretPlace(value: string): SecretPlace | undefined {
  const path = /^file:(\/.+)$/.exec(value)?.[1];
  if (path !== undefined) return { kind: 'file', path };
  const ref = parseSecretArn(value);
  return ref === undefined ? undefined : { kind: 'secretsManager', ...ref };
}

/** A secret is not what was expected. The message never holds any of it. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

/** One text of a secret that is a JSON object; without a key all of it. @throws SecretError */
export function textOfSecret(secret: string, key: string | undefined): string {
  if (key === undefined) return secret;
  let value: unknown;
  try {
    value = JSON.parse(secret);
  } catch {
    // The parser's own message would quote the secret.
    throw new SecretError('expected a secret that is a JSON object');
  }
  const text = (value as Record<string, unknown> | null)?.[key];
  if (typeof text !== 'string') throw new SecretError(`expected a text under ${key} of the secret`);
  return text;
}
