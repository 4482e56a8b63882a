import type { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { tombstoneTable } from '../../../functions/stores/dynamodb/tombstone-table.ts';
import type { Grantee } from '../functions/grantee.ts';

const TYPES = { S: AttributeType.STRING, N: AttributeType.NUMBER } as const;
const keyOf = ({ name, type }: { name: string; type: 'S' | 'N' }) => ({ name, type: TYPES[type] });

type IndexName = keyof typeof tombstoneTable.indexes;

export type TombstoneTableProps = { isKept: boolean; removalPolicy: RemovalPolicy };

/**
 * The table of tombstones, as `functions/stores/dynamodb/tombstone-table.ts` describes it. No function may delete an
 * item of it.
 */
export class TombstoneTable extends TableV2 {
  constructor(scope: Construct, id: string, { isKept, removalPolicy }: TombstoneTableProps) {
    super(scope, id, {
      partitionKey: keyOf(tombstoneTable.partitionKey),
      timeToLiveAttribute: tombstoneTable.timeToLiveAttribute,
      globalSecondaryIndexes: Object.values(tombstoneTable.indexes).map((index) => ({
        indexName: index.name,
        partitionKey: keyOf(index.partitionKey),
        sortKey: keyOf(index.sortKey),
        projectionType: ProjectionType.KEYS_ONLY,
      })),
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: isKept,
      removalPolicy,
    });
  }

  /** Allows reading one tombstone by its video. */
  grantFind(to: Grantee): void {
    this.allow(to, ['dynamodb:GetItem'], [this.tableArn]);
  }

  /** Allows reading and updating tombstones. */
  grantMove(to: Grantee): void {
    this.allow(to, ['dynamodb:GetItem', 'dynamodb:UpdateItem'], [this.tableArn]);
  }

  /** Allows reading, updating and creating tombstones. */
  grantCreate(to: Grantee): void {
    this.allow(to, ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:PutItem'], [this.tableArn]);
  }

  /** Allows reading tombstones, and listing them by owner, by state and by time. */
  grantList(to: Grantee): void {
    this.allow(to, ['dynamodb:GetItem', 'dynamodb:BatchGetItem'], [this.tableArn]);
    this.allow(to, ['dynamodb:Query'], [this.arnOf('byOwner'), this.arnOf('byState'), this.arnOf('byTime')]);
  }

  /** Allows reading the whole table, so that no index decides what is there. */
  grantScan(to: Grantee): void {
    this.allow(to, ['dynamodb:Scan'], [this.tableArn]);
  }

  /** Allows listing due and open tombstones, and updating them. */
  grantSweep(to: Grantee): void {
    this.grantMove(to);
    this.allow(to, ['dynamodb:Query'], [this.arnOf('due'), this.arnOf('byState')]);
    this.allow(to, ['dynamodb:BatchGetItem'], [this.tableArn]);
  }

  private arnOf(index: IndexName): string {
    return `${this.tableArn}/index/${tombstoneTable.indexes[index].name}`;
  }

  private allow(to: Grantee, actions: string[], resources: string[]): void {
    to.addToRolePolicy(new PolicyStatement({ actions, resources }));
    to.set({ DELETIONS_TABLE: this.tableName });
  }
}
