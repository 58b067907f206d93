import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { StackConfig } from './config.ts';
import { MeetingBotStack } from './stack.ts';

export interface AppOptions {
  /** Where the template goes. */
  outdir: string;
  rules: readonly { name: string; yaml: string }[];
}

/** The app with its one stack, held against cdk-nag's AwsSolutions and CDK's own rules: a finding is an error. */
export function meetingBotApp(
  config: StackConfig,
  { outdir, rules }: AppOptions,
): { app: App; stack: MeetingBotStack } {
  const app = new App({
    analyticsReporting: false,
    context: {
      '@aws-cdk/core:validateAgainstDefaultRules': true,
      '@aws-cdk/core:enablePartitionLiterals': true,
      '@aws-cdk/aws-iam:minimizePolicies': true,
      '@aws-cdk/aws-ecs:disableExplicitDeploymentControllerForCircuitBreaker': true,
      '@aws-cdk/aws-s3:createDefaultLoggingPolicy': true,
      '@aws-cdk/aws-kms:aliasNameRef': true,
      '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true,
    },
    outdir,
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { app, stack: new MeetingBotStack(app, config, rules) };
}
