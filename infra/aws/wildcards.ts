import { type CfnResource, Stack, Validations } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';

/**
 * Says of each resource with a wildcard in a role's policy why it is one. cdk-nag's finding names the resource as the
 * template does, so a wildcard that is added later is a finding again.
 */
export function acknowledgeWildcards(role: IConstruct, reasons: Readonly<Record<string, string>>): void {
  for (const [resource, reason] of Object.entries(reasons)) {
    Validations.of(role as Construct).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
  }
}

/** `rest` below what `resource`'s Arn is at deployment, in the words of cdk-nag's findings. */
export function below(resource: IConstruct, rest: string): string {
  const made = resource.node.defaultChild as CfnResource;
  return `<${Stack.of(resource).getLogicalId(made)}.Arn>${rest}`;
}
