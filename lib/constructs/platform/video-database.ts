import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { PlatformDatabase } from '../../platform.ts';
import type { Grantee } from '../functions/grantee.ts';

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

  /** Allows login as the role that can delete what the data map names, and nothing else. */
  grantDelete(to: Grantee): void {
    this.allow(to, this.database.users.deleting);
  }

  /** Allows login as the role that reads, hides videos and shows them again. It can delete nothing. */
  grantRead(to: Grantee): void {
    this.allow(to, this.database.users.reading);
  }

  /** Allows login as the migrating role, which owns the tables and creates the two serving roles. */
  grantMigrate(to: Grantee): void {
    const { users, logIn, platformUser } = this.database;
    this.allow(to, users.migrating);
    to.set({
      DATABASE_SERVING_USER: users.deleting,
      DATABASE_READING_USER: users.reading,
      DATABASE_LOG_IN: logIn,
      ...(platformUser && { DATABASE_PLATFORM_USER: platformUser }),
    });
  }

  private allow(to: Grantee, user: string): void {
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
