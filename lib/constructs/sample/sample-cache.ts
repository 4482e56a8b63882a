import { Names } from 'aws-cdk-lib';
import { type IConnectable, type ISecurityGroup, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { CfnServerlessCache, CfnUser, CfnUserGroup } from 'aws-cdk-lib/aws-elasticache';
import { Construct } from 'constructs';
import type { SampleNetwork } from './sample-network.ts';

/**
 * The user may use the keys of the data map and of the platform's reads, and no dangerous or searching command
 * (FLUSHALL, KEYS).
 */
const ACCESS =
  'on ~video:* ~user:* ~feed:* resetchannels -@all +@read +@write +@connection -@dangerous +cluster|slots +cluster|shards';
/** Enough for a sample platform. The limit keeps a mistake from becoming expensive. */
const LIMITS = { dataStorage: { maximum: 1, unit: 'GB' }, ecpuPerSecond: { maximum: 1000 } };
/** The longest name that ElastiCache accepts for a cache or a user. */
const MAX_NAME_LENGTH = 40;

/** Serverless Valkey. It accepts only TLS, and only one user, who logs in with IAM tokens. */
export class SampleCache extends Construct {
  readonly kind = 'iam';
  readonly mode = 'cluster';
  readonly isServerless = true;
  readonly name: string;
  readonly user: string;
  readonly host: string;
  readonly port = 6379;
  readonly access: IConnectable;

  constructor(scope: Construct, id: string, { network }: { network: SampleNetwork }) {
    super(scope, id);
    const { vpc, subnets } = network;
    const access = new SecurityGroup(this, 'Access', { vpc, description: 'Valkey', allowAllOutbound: false });
    // ElastiCache does not generate names, so they are derived from the construct's path, which includes stack and
    // environment.
    this.name = Names.uniqueResourceName(this, {
      maxLength: MAX_NAME_LENGTH,
      allowedSpecialCharacters: '-',
    }).toLowerCase();
    this.user = this.name;
    const cache = this.createCache(
      access,
      subnets.map(({ subnetId }) => subnetId),
    );
    this.host = cache.attrEndpointAddress;
    this.access = access;
  }

  private createCache(access: ISecurityGroup, subnetIds: string[]): CfnServerlessCache {
    return new CfnServerlessCache(this, 'Cache', {
      engine: 'valkey',
      majorEngineVersion: '8',
      serverlessCacheName: this.name,
      cacheUsageLimits: LIMITS,
      userGroupId: this.createUserGroup().ref,
      securityGroupIds: [access.securityGroupId],
      subnetIds,
    });
  }

  private createUserGroup(): CfnUserGroup {
    const user = new CfnUser(this, 'User', {
      engine: 'valkey',
      userId: this.user,
      userName: this.user,
      accessString: ACCESS,
      authenticationMode: { Type: 'iam' },
    });
    return new CfnUserGroup(this, 'Users', { engine: 'valkey', userGroupId: this.name, userIds: [user.ref] });
  }
}
