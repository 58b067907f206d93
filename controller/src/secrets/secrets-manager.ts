import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type SecretRef, textOfSecret } from '@meetingbot/crds-schema';
import { toControllerError } from '../aws/aws-error.ts';
import { awsClientConfig } from '../aws/client-options.ts';
import { ControllerError } from '../errors.ts';

/** Reads secrets. @throws ControllerError `Misconfigured` where it can't be read, `Unavailable` or `Throttled` for now */
export interface SecretReader {
  read(ref: SecretRef): Promise<string>;
}

/** AWS Secrets Manager, by the task's role; a client for each region that an ARN names. */
export class SecretsManagerReader implements SecretReader {
  readonly #clients = new Map<string, SecretsManagerClient>();
  readonly #observe: ((client: SecretsManagerClient) => void) | undefined;

  /** @param observe - told of each client once: for metrics */
  constructor(observe?: (client: SecretsManagerClient) => void) {
    this.#observe = observe;
  }

  async read({ arn, region, jsonKey, versionStage, versionId }: SecretRef): Promise<string> {
    const command = new GetSecretValueCommand({
      SecretId: arn,
      ...(versionStage === undefined ? {} : { VersionStage: versionStage }),
      ...(versionId === undefined ? {} : { VersionId: versionId }),
    });
    const { SecretString } = await this.#clientOf(region)
      .send(command)
      .catch((error: unknown) => {
        throw toControllerError(error, 'GetSecretValue');
      });
    if (SecretString === undefined) throw new ControllerError('Misconfigured', 'expected a secret of text, got bytes');
    try {
      return textOfSecret(SecretString, jsonKey);
    } catch (cause) {
      throw new ControllerError('Misconfigured', (cause as Error).message, { cause });
    }
  }

  close(): void {
    for (const client of this.#clients.values()) client.destroy();
  }

  #clientOf(region: string): SecretsManagerClient {
    const known = this.#clients.get(region);
    if (known !== undefined) return known;
    const client = new SecretsManagerClient(awsClientConfig({ region, maxSockets: 4 }));
    this.#observe?.(client);
    this.#clients.set(region, client);
    return client;
  }
}
