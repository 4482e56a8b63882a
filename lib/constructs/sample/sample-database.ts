import { Duration, Fn, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type IConnectable, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
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
import { MigratingRole } from '../functions/migrating-role.ts';
import type { SampleNetwork } from './sample-network.ts';

const DATABASE = 'platform';
/** PostgreSQL's own port, on which the proxy listens, whatever the cluster's is. */
const PORT = 5432;
/** RDS Proxy's own two minutes would outlast every caller. */
const BORROW_TIMEOUT = Duration.seconds(10);

/**
 * Aurora behind RDS Proxy, with IAM tokens from the functions to the database: nobody but the cluster's own administrator has a
 * password, and that is used once, by `MigratingRole`.
 */
export class SampleDatabase extends Construct implements PlatformDatabase {
  readonly host: string;
  readonly port = PORT;
  readonly name = DATABASE;
  readonly users = { serving: 'video_deletion', migrating: 'video_platform' };
  readonly resourceId: string;
  readonly proxyName: string;
  readonly access: IConnectable;
  /** What has to be there before anybody but the administrator can log in. */
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
    this.resourceId = Fn.select(6, Fn.split(':', proxy.dbProxyArn));
  }

  private createCluster({ vpc, subnets }: SampleNetwork): DatabaseCluster {
    const cluster = new DatabaseCluster(this, 'Cluster', {
      // 17: the first with the right to refresh a materialised view (MAINTAIN) without owning it.
      engine: DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_17_7 }),
      writer: ClusterInstance.serverlessV2('Writer'),
      // Half a unit is the least that stays awake, and the proxy's connections would keep it from sleeping.
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

  /** The proxy logs in to the cluster as the same users, with tokens of its own. */
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
    { id: 'AwsSolutions-RDS11', reason: 'No other port would hide it better: only the proxy is let in' },
    { id: 'AwsSolutions-SMG4', reason: 'Used once, at the first deployment, to make a role that logs in with tokens' },
  );
}
