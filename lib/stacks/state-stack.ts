import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { visibilityTimeoutFor } from '../constructs/functions/function-sizes.ts';
import { DeletionQueue } from '../constructs/state/deletion-queue.ts';
import { EdgeGate } from '../constructs/state/edge-gate.ts';
import { ReceiptKey } from '../constructs/state/receipt-key.ts';
import { TombstoneTable } from '../constructs/state/tombstone-table.ts';
import type { Environment } from '../environment.ts';

export type StateStackProps = StackProps & { environment: Environment };

/** The resources that must outlive every deployment: tombstones, queues, the key that signs receipts, the gate. */
export class StateStack extends Stack {
  readonly table: TombstoneTable;
  readonly queues: Record<'cleanup' | 'cleanupDeadLetters' | 'edge' | 'edgeDeadLetters', DeletionQueue>;
  readonly receiptKey: ReceiptKey;
  /** Absent where the edge has no gate, or where a sample platform brings it. */
  readonly gate?: EdgeGate;
  /** The group of the functions, before there are any: the platform can let it in. Absent beside a sample platform. */
  readonly functionsGroup?: SecurityGroup;

  constructor(scope: Construct, id: string, { environment, ...props }: StateStackProps) {
    const isKept = environment.keepsData;
    super(scope, id, {
      description: 'Video deletion: tombstones, queues, receipt key',
      terminationProtection: isKept,
      ...props,
    });
    const removalPolicy = isKept ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.table = new TombstoneTable(this, 'Tombstones', { isKept, removalPolicy });
    const { generation, retired = [] } = environment.receiptKey ?? {};
    this.receiptKey = new ReceiptKey(this, `ReceiptKey${generation ?? ''}`, { removalPolicy, retired });

    const cleanupDeadLetters = new DeletionQueue(this, 'CleanupDeadLetters', {
      removalPolicy,
      setting: 'CLEANUP_DLQ_URL',
    });
    const cleanup = new DeletionQueue(this, 'Cleanup', {
      removalPolicy,
      setting: 'CLEANUP_QUEUE_URL',
      delivery: { visibilityTimeout: visibilityTimeoutFor('cleanup'), deadLetters: cleanupDeadLetters },
    });
    const edgeDeadLetters = new DeletionQueue(this, 'EdgeDeadLetters', { removalPolicy });
    const edge = new DeletionQueue(this, 'Edge', {
      removalPolicy,
      setting: 'EDGE_QUEUE_URL',
      delivery: {
        visibilityTimeout: visibilityTimeoutFor('invalidate-edge'),
        deadLetters: edgeDeadLetters,
      },
    });
    this.queues = { cleanup, cleanupDeadLetters, edge, edgeDeadLetters };

    const gated = environment.platform === 'sample' ? undefined : environment.platform.edge;
    if (gated && gated.mode !== 'invalidate') {
      // Here, since a function cannot be deleted while a distribution is associated with it, and Service can be.
      this.gate = new EdgeGate(this, 'Gate', { whenUnreadable: gated.whenUnreadable, removalPolicy });
      new CfnOutput(this, 'GateFunctionArn', {
        description: 'Associate with viewer requests in every behaviour that serves videos or originals',
        value: this.gate.association.function.functionRef.functionArn,
      });
      new CfnOutput(this, 'GateStoreArn', {
        description: 'The store that a function of your own reads, with the code of npm run gate:code',
        value: this.gate.store.keyValueStoreArn,
      });
    }
    if (environment.platform !== 'sample')
      this.functionsGroup = this.addFunctionsGroup(environment.platform.network.vpcId);
    new CfnOutput(this, 'TableName', {
      description: 'The table that a fence reads',
      value: this.table.tableName,
    });
  }

  private addFunctionsGroup(vpcId: string): SecurityGroup {
    const group = new SecurityGroup(this, 'Functions', {
      vpc: Vpc.fromVpcAttributes(this, 'Vpc', { vpcId, availabilityZones: ['any'] }),
      description: 'Functions that delete videos',
      allowAllOutbound: false,
    });
    new CfnOutput(this, 'FunctionsSecurityGroup', {
      description: 'The database, the cache and the endpoints must let it in',
      value: group.securityGroupId,
    });
    return group;
  }
}
