import { Stack, Validations } from 'aws-cdk-lib';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';
import type { DeletionFunction } from './deletion-function.ts';

/**
 * Acknowledges the one finding of cdk-nag that says that a grant of this function ends in a wildcard.
 * @param resource the ARN as it was granted
 */
export function acknowledgeWildcard(to: DeletionFunction, resource: string, reason: string): void {
  const grants = to.role?.node.tryFindChild('DefaultPolicy');
  if (!grants) throw new Error(`${to.node.path} has been granted nothing yet`);
  // The finding is named by what stands in the template. A reference to another stack gets there when all stacks are known:
  // before constructs are validated, and not a moment earlier.
  grants.node.addValidation({
    validate() {
      const finding = flattenCfnReference(Stack.of(to).resolve(resource));
      Validations.of(grants).acknowledge({ id: `AwsSolutions-IAM5[Resource::${finding}]`, reason });
      return [];
    },
  });
}
