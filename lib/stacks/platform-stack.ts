import { Stack, type StackProps } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { SampleCache } from '../constructs/sample/sample-cache.ts';
import { SampleContent } from '../constructs/sample/sample-content.ts';
import { SampleDatabase } from '../constructs/sample/sample-database.ts';
import { SampleIssuer } from '../constructs/sample/sample-issuer.ts';
import { SampleNetwork } from '../constructs/sample/sample-network.ts';
import { SampleProcessing } from '../constructs/sample/sample-processing.ts';
import { SampleReads } from '../constructs/sample/sample-reads.ts';
import { SampleSchema } from '../constructs/sample/sample-schema.ts';
import { SampleStorage } from '../constructs/sample/sample-storage.ts';
import type { Platform } from '../platform.ts';

export type PlatformStackProps = StackProps & {
  /** The table that the fence reads. */
  tombstones: ITable;
};

/** A sample video platform for an environment without one. Everything in it is deleted with the stack. */
export class PlatformStack extends Stack {
  readonly platform: Platform;
  /** The origin that the page plays videos from, without a trailing slash. */
  readonly videoOrigin: string;
  /** The host of the sample platform's API, which the page reads profiles from. */
  readonly profileHost: string;
  readonly issuer: SampleIssuer;

  constructor(scope: Construct, id: string, { tombstones, ...props }: PlatformStackProps) {
    super(scope, id, { description: 'Video deletion: a sample platform', ...props });
    const network = new SampleNetwork(this, 'Network');
    const database = new SampleDatabase(this, 'Database', { network });
    const schema = new SampleSchema(this, 'Schema', { network, database });
    const { bucket, distribution, gate } = new SampleStorage(this, 'Storage');
    const { stateMachine } = new SampleProcessing(this, 'Processing', { bucket, tombstones });
    this.videoOrigin = `https://${distribution.distributionDomainName}`;
    new SampleContent(this, 'Content', { network, database, schema, bucket, videoOrigin: this.videoOrigin });
    const cache = new SampleCache(this, 'Cache', { network });
    this.issuer = new SampleIssuer(this, 'Issuer');
    const { issuer } = this;
    this.profileHost = new SampleReads(this, 'Reads', { network, database, cache, tombstones, issuer }).host;
    this.platform = {
      network,
      database,
      storage: { kind: 's3', bucket, originalsPrefixes: ['uploads/', 'originals/'] },
      cache,
      edge: { mode: 'both', distributionId: distribution.distributionId, gateStoreArn: gate.store.keyValueStoreArn },
      stateMachineName: stateMachine.stateMachineName,
      issuer,
    };
  }
}
