import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Grantee } from '../functions/grantee.ts';

/** The event bus that events about deletions are published to. */
export class DeletionEvents extends Construct {
  private readonly busName: string;

  constructor(scope: Construct, id: string, { busName }: { busName: string }) {
    super(scope, id);
    this.busName = busName;
  }

  grantPublish(to: Grantee): void {
    const bus = Stack.of(this).formatArn({ service: 'events', resource: 'event-bus', resourceName: this.busName });
    to.addToRolePolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus] }));
    to.set({ EVENT_BUS_NAME: this.busName });
  }
}
