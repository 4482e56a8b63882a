import { Names, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * A name for a resource of which an account has only one by that name, whatever the region of the stack. At most 64
 * characters, as CloudFront allows. CDK's own names would collide in a second region.
 */
export function regionalName(construct: Construct): string {
  return `${Names.uniqueResourceName(construct, { maxLength: 44 })}-${Stack.of(construct).region}`;
}
