import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { StackConfig } from './config.ts';

/** What is secret. Values are never in the template; both can be changed at any time without a moment of refusal. */
export class Secrets extends Construct {
  /** Several, newest first, separated by spaces; the controller reads it anew every few minutes. */
  readonly webhook: secretsmanager.Secret;
  /** `token:scope,…`: injected at a task's start. */
  readonly apiTokens: secretsmanager.Secret;

  constructor(scope: Construct, { name }: StackConfig, encryptionKey: kms.IKey) {
    super(scope, 'Secrets');
    this.webhook = new secretsmanager.Secret(this, 'Webhook', {
      secretName: `${name}/webhook-secret`,
      description: 'NOTIFY_WEBHOOK_SECRET: secrets of the signature, newest first, separated by spaces',
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
      encryptionKey,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.apiTokens = new secretsmanager.Secret(this, 'ApiTokens', {
      secretName: `${name}/api-tokens`,
      description: 'API_TOKENS: token:scope, separated by commas',
      encryptionKey,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // Made empty: a token somebody generated for nobody would open the API. Until it is set no controller starts.
    const { defaultChild } = this.apiTokens.node;
    (defaultChild as secretsmanager.CfnSecret).addPropertyDeletionOverride('GenerateSecretString');
    const rotated = (how: string) => ({
      id: 'AwsSolutions-SMG4',
      reason: `Rotated by people, old and new valid side by side (infra/README.md, Rotation): ${how}`,
    });
    Validations.of(this.webhook).acknowledge(
      rotated('the receiver is another team’s service, which no rotation function could change.'),
    );
    Validations.of(this.apiTokens).acknowledge(
      rotated('the other copy is in the clients’ configuration, which no rotation function could change.'),
    );
  }
}
