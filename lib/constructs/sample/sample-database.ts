import { ArnFormat, CfnOutput, Duration, Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { type IConnectable, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  AuroraPostgresEngineVersion,
  ClusterInstance,
  Credentials,
  DatabaseCluster,
  DatabaseClusterEngine,
  DatabaseProxy,
  DefaultAuthScheme,
  ProxyTarget,
} from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import type { PlatformDatabase } from '../../platform.ts';
import type { Grantee } from '../functions/grantee.ts';
import { MigratingRole } from '../functions/migrating-role.ts';
import type { SampleNetwork } from './sample-network.ts';

const DATABASE = 'platform';
/** The standard port of PostgreSQL. The proxy listens on it, even if the cluster uses another. */
const PORT = 5432;
/**
 * How long the proxy waits for a free connection. Its default of two minutes is longer than the API's functions may
 * run.
 */
const BORROW_TIMEOUT = Duration.seconds(10);

/**
 * Aurora behind RDS Proxy. Functions log in with IAM tokens at the proxy, and the proxy at the database. Only the
 * cluster's administrator has a password, and only `MigratingRole` uses it, once.
 */
export class SampleDatabase extends Construct implements PlatformDatabase {
  readonly host: string;
  readonly port = PORT;
  readonly name = DATABASE;
  readonly users = { deleting: 'video_deletion', reading: 'video_deletion_reader', migrating: 'video_platform' };
  readonly logIn = 'token';
  readonly resourceId: string;
  /** The same within this stack. */
  private readonly ownResourceId: string;
  readonly proxyName: string;
  readonly access: IConnectable;
  /** Must be created before anybody except the administrator can log in. */
  readonly migratingRole: MigratingRole;

  constructor(scope: Construct, id: string, { network }: { network: SampleNetwork }) {
    super(scope, id);
    const cluster = this.createCluster(network);
    const proxy = this.createProxy(network, cluster);
    this.migratingRole = new MigratingRole(this, 'MigratingRole', {
      cluster,
      database: DATABASE,
      user: this.users.migrating,
    });
    this.host = proxy.endpoint;
    this.proxyName = proxy.dbProxyName;
    this.access = proxy;
    // arn:<partition>:rds:<region>:<account>:db-proxy:prx-…
    this.ownResourceId = Fn.select(6, Fn.split(':', proxy.dbProxyArn));
    this.resourceId = this.publish(this.ownResourceId);
  }

  /** Lets a function of the sample platform log in as the role that owns the tables. */
  grantOwner(to: Grantee): void {
    const { host, port, name, users } = this;
    const role = Stack.of(this).formatArn({
      service: 'rds-db',
      resource: 'dbuser',
      resourceName: `${this.ownResourceId}/${users.migrating}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    to.addToRolePolicy(new PolicyStatement({ actions: ['rds-db:connect'], resources: [role] }));
    to.set({ DATABASE_HOST: host, DATABASE_PORT: `${port}`, DATABASE_NAME: name, DATABASE_USER: users.migrating });
  }

  /** For other stacks: the output of a stack may not stand inside their `Fn::Split`. */
  private publish(value: string): string {
    const name = 'DatabaseProxyId';
    new CfnOutput(this, 'ProxyId', { value }).overrideLogicalId(name);
    return Fn.getStackOutput(Stack.of(this).stackName, name);
  }

  private createCluster({ vpc, subnets }: SampleNetwork): DatabaseCluster {
    const cluster = new DatabaseCluster(this, 'Cluster', {
      // 17 is the first version with the right MAINTAIN, which lets a role refresh a materialised view that it does not
      // own.
      engine: DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_17_7 }),
      writer: ClusterInstance.serverlessV2('Writer'),
      // Half a unit is the smallest capacity that does not pause. A lower one would not save anything: the proxy's
      // connections keep the cluster from pausing.
      serverlessV2MinCapacity: 0.5,
      serverlessV2MaxCapacity: 2,
      vpc,
      vpcSubnets: { subnets },
      credentials: Credentials.fromGeneratedSecret('administrator'),
      defaultDatabaseName: DATABASE,
      iamAuthentication: true,
      storageEncrypted: true,
      enableDataApi: true,
      backup: { retention: Duration.days(1) },
      deletionProtection: false,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledgeSampleCluster(cluster);
    return cluster;
  }

  /** The proxy logs in at the cluster as the same users, with its own tokens. */
  private createProxy({ vpc, subnets }: SampleNetwork, cluster: DatabaseCluster): DatabaseProxy {
    const role = new Role(this, 'ProxyRole', { assumedBy: new ServicePrincipal('rds.amazonaws.com') });
    for (const user of Object.values(this.users)) cluster.grantConnect(role, user);
    const access = new SecurityGroup(this, 'Access', { vpc, description: 'RDS Proxy', allowAllOutbound: false });
    return new DatabaseProxy(this, 'Proxy', {
      proxyTarget: ProxyTarget.fromCluster(cluster),
      defaultAuthScheme: DefaultAuthScheme.IAM_AUTH,
      requireTLS: true,
      role,
      vpc,
      vpcSubnets: { subnets },
      securityGroups: [access],
      borrowTimeout: BORROW_TIMEOUT,
    });
  }
}

function acknowledgeSampleCluster(cluster: DatabaseCluster): void {
  Validations.of(cluster).acknowledge(
    { id: 'AwsSolutions-RDS10', reason: 'A sample platform with made-up rows, destroyed with its environment' },
    { id: 'AwsSolutions-RDS11', reason: 'Another port would not add protection: only the proxy can connect' },
    {
      id: 'AwsSolutions-SMG4',
      reason: 'Used once, at the first deployment, to create a role that logs in with tokens',
    },
  );
}
