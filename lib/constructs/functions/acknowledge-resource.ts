import { type CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/**
 * Acknowledges the one finding of cdk-nag that says that what a role is granted ends in a wildcard.
 * @param resource as cdk-nag writes it: references are `<LogicalId.Attribute>`
 */
export function acknowledgeResource(role: IRole | undefined, resource: string, reason: string): void {
  const grants = role?.node.tryFindChild('DefaultPolicy');
  if (!grants) throw new Error('The role has been granted nothing yet');
  Validations.of(grants).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
}

/** What the template calls the one resource that a construct stands for. */
export function logicalIdOf(construct: IConstruct): string {
  return Stack.of(construct).getLogicalId(construct.node.defaultChild as CfnElement);
}
