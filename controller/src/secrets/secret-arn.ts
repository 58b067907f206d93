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
