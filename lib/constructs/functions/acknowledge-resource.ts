import { type CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/**
 * Acknowledges cdk-nag's finding that a grant of this role ends in a wildcard.
 * @param resource the resource as cdk-nag writes it: references are `<LogicalId.Attribute>`
 */
export function acknowledgeResource(role: IRole | undefined, resource: string, reason: string): void {
  const grants = role?.node.tryFindChild('DefaultPolicy');
  if (!grants) throw new Error('The role has been granted nothing yet');
  Validations.of(grants).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
}

/** The logical id of a construct's resource in the template. */
export function logicalIdOf(construct: IConstruct): string {
  return Stack.of(construct).getLogicalId(construct.node.defaultChild as CfnElement);
}
