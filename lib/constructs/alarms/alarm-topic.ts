import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

/**
 * The topic that alarms are sent to. It has its own key, because CloudWatch may not use the key that AWS manages for
 * SNS.
 */
export class AlarmTopic extends Topic {
  constructor(scope: Construct, id: string, { email }: { email?: string | undefined }) {
    const key = new Key(scope, `${id}Key`, {
      description: 'Video deletion: alarms on their way to people',
      enableKeyRotation: true,
      // The key can go with the stack: it encrypts messages only while they are delivered, and no stored data.
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
    // The policy above replaces the default one, by which alarms may publish.
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    if (email) this.addSubscription(new EmailSubscription(email));
  }
}
