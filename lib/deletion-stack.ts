import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** What the deletion needs on AWS. Nothing yet: the functions run on one machine so far. */
export class DeletionStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, { description: 'Deletes videos completely and provably', ...props });
  }
}
