import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { PlatformDatabase } from '../../platform.ts';
import type { DeletionFunction } from '../functions/deletion-function.ts';

/**
 * Amazon's certificate authorities for RDS databases. The certificate of an RDS Proxy comes from a public authority
 * instead.
 */
const AMAZON_AUTHORITIES = '/var/runtime/ca-cert.pem';

/**
 * The platform's PostgreSQL. Each function logs in with IAM tokens as exactly one role. The network is opened once, for
 * all functions.
 */
export class VideoDatabase extends Construct {
  private readonly database: PlatformDatabase;

  constructor(scope: Construct, id: string, database: PlatformDatabase) {
    super(scope, id);
    this.database = database;
  }

  /** Allows login as the serving role, which can delete only what the data map names. */
  grantServe(to: DeletionFunction): void {
    this.allow(to, this.database.users.serving);
  }

  /** Allows login as the migrating role, which owns the tables and creates the serving role. */
  grantMigrate(to: DeletionFunction): void {
    this.allow(to, this.database.users.migrating);
    to.set({ DATABASE_SERVING_USER: this.database.users.serving });
  }

  private allow(to: DeletionFunction, user: string): void {
    const { host, port, name, resourceId, proxyName } = this.database;
    const role = Stack.of(this).formatArn({
      service: 'rds-db',
      resource: 'dbuser',
      resourceName: `${resourceId}/${user}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    to.addToRolePolicy(new PolicyStatement({ actions: ['rds-db:connect'], resources: [role] }));
    to.set({ DATABASE_HOST: host, DATABASE_PORT: `${port}`, DATABASE_NAME: name, DATABASE_USER: user });
    if (proxyName === undefined) to.addEnvironment('NODE_EXTRA_CA_CERTS', AMAZON_AUTHORITIES);
  }
}
