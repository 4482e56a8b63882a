import { RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { DatabaseCluster } from 'aws-cdk-lib/aws-rds';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { FunctionRole } from './function-role.ts';

export type MigratingRoleProps = { cluster: DatabaseCluster; database: string; user: string };

/**
 * Creates the database role that owns the platform's tables, at the first deployment. It logs in with IAM tokens; the
 * migrations run as this role and create the serving role. The statement goes through the Data API, so the
 * administrator's password never leaves Secrets Manager and RDS, and no function in the VPC is needed for it.
 */
export class MigratingRole extends Construct {
  constructor(scope: Construct, id: string, { cluster, database, user }: MigratingRoleProps) {
    super(scope, id);
    const secretArn = cluster.secret?.secretArn;
    if (!secretArn) throw new Error(`${cluster.node.path} has no administrator with a password in a secret`);
    const resourceArn = cluster.clusterArn;
    const logGroup = new LogGroup(this, 'Log', {
      retention: RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const statement = new AwsCustomResource(this, 'Statement', {
      resourceType: 'Custom::MigratingRole',
      onUpdate: {
        service: 'rds-data',
        action: 'ExecuteStatement',
        parameters: { resourceArn, secretArn, database, sql: migratingRoleSql(user) },
        physicalResourceId: PhysicalResourceId.of(user),
      },
      policy: AwsCustomResourcePolicy.fromStatements([
        new PolicyStatement({ actions: ['rds-data:ExecuteStatement'], resources: [resourceArn] }),
        new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secretArn] }),
      ]),
      installLatestAwsSdk: false,
      logGroup,
      role: new FunctionRole(this, 'Role', { logGroup, isInVpc: false }),
    });
    // Wait for the instances, too: the Data API works only when the writer instance is available.
    statement.node.addDependency(cluster);
  }
}

/**
 * Creates the role, in one statement because the Data API takes only one, and can be repeated. The role may create
 * other roles and let them log in with tokens.
 * @param user a plain name: letters, digits, underscores
 */
export function migratingRoleSql(user: string): string {
  return `do $$ begin
  if not exists (select from pg_roles where rolname = '${user}') then create role ${user} login createrole; end if;
  grant rds_iam to ${user} with admin option;
  grant usage, create on schema public to ${user};
end $$`;
}
