import { Stack, Validations } from 'aws-cdk-lib';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';
import type { Grantee } from './grantee.ts';

/**
 * Acknowledges cdk-nag's finding that a grant of this function ends in a wildcard.
 * @param resource the granted ARN
 */
export function acknowledgeWildcard(to: Grantee, resource: string, reason: string): void {
  const grants = to.role?.node.tryFindChild('DefaultPolicy');
  if (!grants) throw new Error(`${to.node.path} has been granted nothing yet`);
  // cdk-nag names the finding by the resource as the template has it. References to other stacks get their final form
  // only after all stacks are built, so the name is taken then, right before constructs are validated.
  grants.node.addValidation({
    validate() {
      const finding = flattenCfnReference(Stack.of(to).resolve(resource));
      Validations.of(grants).acknowledge({ id: `AwsSolutions-IAM5[Resource::${finding}]`, reason });
      return [];
    },
  });
}
