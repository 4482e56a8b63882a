import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
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
      environment: {
        DATABASE_HOST: database.host,
        DATABASE_NAME: database.name,
        DATABASE_USER: database.users.migrating,
      },
      placement: { vpc, vpcSubnets: { subnets }, securityGroups: [access] },
    });
    migrate.addToRolePolicy(this.login(database));
    new Trigger(this, 'Run', { handler: migrate, timeout: Duration.minutes(5), executeAfter: [database] });
  }

  private login({ ownResourceId, users }: SampleDatabase): PolicyStatement {
    const role = Stack.of(this).formatArn({
      service: 'rds-db',
      resource: 'dbuser',
      resourceName: `${ownResourceId}/${users.migrating}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return new PolicyStatement({ actions: ['rds-db:connect'], resources: [role] });
  }
}
