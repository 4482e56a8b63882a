import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { PlatformEdge } from '../../platform.ts';
import type { Grantee } from '../functions/grantee.ts';
import type { DeletionQueue } from '../state/deletion-queue.ts';

export type VideoEdgeProps = { edge: PlatformEdge; queue: DeletionQueue };

/** The edge. Only `invalidate-edge` calls CloudFront; the other functions send it messages. */
export class VideoEdge extends Construct {
  private readonly edge: PlatformEdge;
  private readonly queue: DeletionQueue;

  constructor(scope: Construct, id: string, { edge, queue }: VideoEdgeProps) {
    super(scope, id);
    this.edge = edge;
    this.queue = queue;
  }

  /** Allows requesting an invalidation, through the queue. */
  grantAsk(to: Grantee): void {
    this.queue.grantSend(to);
    this.describeTo(to);
  }

  /** Says how the edge works, and how long a deletion may wait for it. Allows nothing. */
  describeTo(to: Grantee): void {
    const { edge, queue } = this;
    to.set({ EDGE_QUEUE_URL: queue.queueUrl });
    to.set({ DISTRIBUTION_ID: edge.distributionId, EDGE_MODE: edge.mode });
    if (edge.mode !== 'invalidate' && edge.longestTtlSeconds) to.set({ EDGE_TTL_SECONDS: `${edge.longestTtlSeconds}` });
  }

  /** Allows creating invalidations in this distribution and writing to the gate's store. */
  grantTell(to: Grantee): void {
    this.grantAsk(to);
    const { edge } = this;
    const distribution = Stack.of(this).formatArn({
      service: 'cloudfront',
      region: '',
      resource: 'distribution',
      resourceName: edge.distributionId,
    });
    to.addToRolePolicy(
      new PolicyStatement({
        actions: ['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'],
        resources: [distribution],
      }),
    );
    if (edge.mode === 'invalidate') return;
    to.addToRolePolicy(
      new PolicyStatement({
        actions: ['cloudfront-keyvaluestore:DescribeKeyValueStore', 'cloudfront-keyvaluestore:UpdateKeys'],
        resources: [edge.gateStoreArn],
      }),
    );
    to.set({ GATE_STORE_ARN: edge.gateStoreArn });
  }
}
