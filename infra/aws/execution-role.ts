import type * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledgeWildcards } from './wildcards.ts';

/** What ECS itself needs to start a task: to pull these images and to write these logs. Secrets are granted one by one. */
export function executionRole(
  scope: Construct,
  repositories: readonly ecr.IRepository[],
  logGroups: readonly logs.ILogGroup[],
): iam.Role {
  const role = new iam.Role(scope, 'ExecutionRole', {
    assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com'),
  });
  for (const repository of repositories) repository.grantPull(role);
  for (const logGroup of logGroups) logGroup.grantWrite(role);
  acknowledgeWildcards(role, { '*': 'ecr:GetAuthorizationToken knows no resource.' });
  return role;
}
