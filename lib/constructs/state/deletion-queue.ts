import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { DeletionFunction, SettingName } from '../functions/deletion-function.ts';
import type { Delivery } from '../functions/function-sizes.ts';

/** As long as SQS keeps a message: an operator may be on holiday. */
const RETENTION = Duration.days(14);
/** A worker that crashes again and again takes its message with it this often. AWS recommends 5 at least. */
const MAX_RECEIVE_COUNT = 5;

export type DeletionQueueProps = {
  removalPolicy: RemovalPolicy;
  /** What functions that send to it know its URL by. Absent: only SQS moves messages into it. */
  setting?: SettingName;
  /** Absent: it is a dead-letter queue itself. */
  delivery?: { visibilityTimeout: Duration; deadLetters: DeletionQueue };
};

/** A queue of messages that name a deletion, spoken to over TLS only. Messages are hints: the sweeper makes lost ones anew. */
export class DeletionQueue extends Queue {
  private readonly setting: SettingName | undefined;

  constructor(scope: Construct, id: string, { removalPolicy, setting, delivery }: DeletionQueueProps) {
    super(scope, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: RETENTION,
      removalPolicy,
      ...(delivery && {
        visibilityTimeout: delivery.visibilityTimeout,
        deadLetterQueue: { queue: delivery.deadLetters, maxReceiveCount: MAX_RECEIVE_COUNT },
      }),
    });
    this.setting = setting;
  }

  grantSend(to: DeletionFunction): void {
    to.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queueArn] }));
    if (this.setting) to.set({ [this.setting]: this.queueUrl });
  }

  /** Delivers the messages to a function, which reports those that failed one by one. */
  deliverTo(worker: DeletionFunction, { batchSize, maxConcurrency, batchingWindow }: Delivery): void {
    worker.addEventSource(
      new SqsEventSource(this, {
        batchSize,
        maxConcurrency,
        reportBatchItemFailures: true,
        maxBatchingWindow: batchingWindow,
      }),
    );
  }
}
