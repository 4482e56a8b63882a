import { Duration } from 'aws-cdk-lib';
import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Trigger } from 'aws-cdk-lib/triggers';
import { Construct } from 'constructs';
import type { SampleDatabase } from './sample-database.ts';
import { SampleFunction } from './sample-function.ts';
import type { SampleNetwork } from './sample-network.ts';

export type SampleSchemaProps = { network: SampleNetwork; database: SampleDatabase };

/** Builds the sample platform's tables at deployment, as the role that owns them. */
export class SampleSchema extends Construct {
  constructor(scope: Construct, id: string, { network, database }: SampleSchemaProps) {
    super(scope, id);
    const { vpc, subnets } = network;
    const access = new SecurityGroup(this, 'Access', { vpc, description: 'Sample schema', allowAllOutbound: false });
    access.connections.allowTo(database.access, Port.tcp(database.port), 'Sample schema: database');
    const migrate = new SampleFunction(this, 'Migrate', {
      entry: 'schema/migrate-function',
      timeout: Duration.minutes(5),
      placement: { vpc, vpcSubnets: { subnets }, securityGroups: [access] },
    });
    database.grantOwner(migrate);
    new Trigger(this, 'Run', { handler: migrate, timeout: Duration.minutes(5), executeAfter: [database] });
  }
}
