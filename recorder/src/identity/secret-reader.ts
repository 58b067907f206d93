import { readFile } from 'node:fs/promises';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parseSecretPlace, SECRET_PLACE_FORM, SecretError, textOfSecret } from '@meetingbot/crds-schema';

/** How long Secrets Manager may take, its tries included. Milliseconds. */
const READ_MS = 10_000;

/**
 * Reads a secret from where it lies: Secrets Manager by the task's role, or a file.
 * @param place - as parseSecretPlace takes it
 * @throws SecretError in words that hold nothing of the secret
 */
export async function readSecret(place: string, signal?: AbortSignal): Promise<string> {
  const at = parseSecretPlace(place);
  if (at === undefined) throw new SecretError(`expected ${SECRET_PLACE_FORM}`);
  if (at.kind === 'file') {
    return readFile(at.path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      throw new SecretError(`its file can not be read: ${cause.code ?? 'for a reason unknown'}`, { cause });
    });
  }
  const client = new SecretsManagerClient({ region: at.region });
  const limit = AbortSignal.timeout(READ_MS);
  try {
    const { SecretString } = await client.send(
      new GetSecretValueCommand({
        SecretId: at.arn,
        ...(at.versionStage === undefined ? {} : { VersionStage: at.versionStage }),
        ...(at.versionId === undefined ? {} : { VersionId: at.versionId }),
      }),
      { abortSignal: signal === undefined ? limit : AbortSignal.any([signal, limit]) },
    );
    if (SecretString === undefined) throw new SecretError('expected a secret of text, got bytes');
    return textOfSecret(SecretString, at.jsonKey);
  } catch (cause) {
    if (cause instanceof SecretError) throw cause;
    const name = limit.aborted ? `no answer within ${READ_MS / 1000} s` : (cause as Error).name;
    throw new SecretError(`GetSecretValue: ${name}`, { cause });
  } finally {
    client.destroy();
  }
}
