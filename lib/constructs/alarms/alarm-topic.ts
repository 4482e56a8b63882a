import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

/** Where alarms go: encrypted with a key of its own, since CloudWatch may not use the one that AWS manages for SNS. */
export class AlarmTopic extends Topic {
  constructor(scope: Construct, id: string, { email }: { email?: string | undefined }) {
    const key = new Key(scope, `${id}Key`, {
      description: 'Video deletion: alarms on their way to people',
      enableKeyRotation: true,
      // It encrypts messages for as long as they are delivered, and nothing that is kept.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    super(scope, id, { displayName: 'Video deletion', masterKey: key, enforceSSL: true });
    if (email) this.addSubscription(new EmailSubscription(email));
  }
}
