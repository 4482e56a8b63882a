import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { DeletionFunction, SettingName } from '../functions/deletion-function.ts';
import type { Delivery } from '../functions/function-sizes.ts';
import type { Grantee } from '../functions/grantee.ts';

/** The longest retention that SQS has, so that dead letters wait until an operator has time for them. */
const RETENTION = Duration.days(14);
/** A message that was received this often without success goes to the dead-letter queue. AWS recommends at least 5. */
const MAX_RECEIVE_COUNT = 5;

export type DeletionQueueProps = {
  removalPolicy: RemovalPolicy;
  /** The setting that holds its URL in functions that send to it. Absent: only SQS moves messages into it. */
  setting?: SettingName;
  /** Absent: this is itself a dead-letter queue. */
  delivery?: { visibilityTimeout: Duration; deadLetters: DeletionQueue };
};

/**
 * A queue for messages that name a deletion. It requires TLS. A lost message does no harm: the sweeper sends a new one.
 */
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

  grantSend(to: Grantee): void {
    to.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queueArn] }));
    if (this.setting) to.set({ [this.setting]: this.queueUrl });
  }

  /** For a queue of dead letters: allows looking at them, and taking them out. */
  grantTake(to: Grantee): void {
    this.allow(to, ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes']);
  }

  /** Allows sending dead letters back, and asking which queue takes them. */
  grantReturn(to: Grantee): void {
    this.allow(to, ['SendMessage', 'GetQueueAttributes']);
  }

  private allow(to: Grantee, actions: readonly string[]): void {
    const named = actions.map((action) => `sqs:${action}`);
    to.addToRolePolicy(new PolicyStatement({ actions: named, resources: [this.queueArn] }));
  }

  /** Delivers the messages to a function, which answers with a partial batch response. */
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
