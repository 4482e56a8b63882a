import type { IConnectable, ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/**
 * What the service needs from the video platform. There are two implementations: `importPlatform` (an existing
 * platform, by its attributes) and the stack `Platform` (a sample platform, for `dev`).
 */
export type Platform = {
  network: PlatformNetwork;
  database: PlatformDatabase;
  storage: PlatformStorage;
  /** Absent: no cache. */
  cache?: PlatformCache;
  /** Absent: no edge. */
  edge?: PlatformEdge;
  /** The name of the state machine that processes videos. Absent: none. */
  stateMachineName?: string;
  /** The issuer of the tokens that the API accepts. */
  issuer: { url: string; audience: readonly string[] /** Default: `sub`. */; userIdClaim?: string };
};

/** The network of functions that use the database or the cache. */
export type PlatformNetwork = {
  vpc: IVpc;
  subnets: readonly ISubnet[];
  /** The interface endpoints, which must let functions in on port 443. Absent: functions reach AWS through a NAT. */
  endpoints?: IConnectable;
  /** `AWS_ENDPOINT_URL_…` of the endpoints that have no private DNS. */
  addresses?: Readonly<Record<string, string>>;
  /** What has to be there before a function can connect, such as rules of security groups. */
  rules?: Construct;
};

/** PostgreSQL with IAM authentication. */
export type PlatformDatabase = {
  host: string;
  port: number;
  name: string;
  /**
   * Three database roles. `deleting` can delete only what the data map names; `reading` reads, hides and shows videos;
   * `migrating` owns the tables.
   */
  users: { deleting: string; reading: string; migrating: string };
  /** How the two serving roles reach the database: by IAM tokens, or by the passwords of a proxy's secrets. */
  logIn: 'token' | 'password';
  /** The role with which the platform logs in to register processing runs. Absent: the owner of the tables. */
  platformUser?: string;
  /** Its id in IAM policies: `prx-…` for a proxy, `cluster-…` for a cluster, `db-…` for an instance. */
  resourceId: string;
  /** The name of the RDS Proxy, if it is one, for CloudWatch's dimension `ProxyName`. */
  proxyName?: string;
  /** What has to let functions in. */
  access: IConnectable;
};

/** The storage of the videos: a bucket in S3, or in another service with an S3 API (R2) and its own access keys. */
export type PlatformStorage = {
  /** Prefixes outside of `videos/` below which originals may be deleted. Each ends in a slash. */
  originalsPrefixes: readonly string[];
} & (
  | { kind: 's3'; bucket: IBucket }
  | {
      kind: 'r2';
      bucketName: string;
      endpoint: string;
      /** JSON `{ "accessKeyId", "secretAccessKey" }`. */
      secret: ISecret;
    }
);

/** Redis or Valkey with TLS. */
export type PlatformCache = {
  host: string;
  port: number;
  /** One server, or a cluster. A serverless cache is a cluster. */
  mode: 'server' | 'cluster';
  /** What has to let functions in. */
  access: IConnectable;
} & (
  | {
      kind: 'iam';
      /** The name of a serverless cache, or the id of a replication group. IAM tokens are signed for this name. */
      name: string;
      isServerless: boolean;
      /** ElastiCache requires that the id and the name of an IAM user are the same. */
      user: string;
    }
  | {
      kind: 'secret';
      /** JSON `{ "username", "password" }`. */
      secret: ISecret;
    }
);

/** How videos are taken off the edge: by invalidations, by the gate, or by both. */
export type PlatformEdge = { distributionId: string } & (
  | { mode: 'invalidate' }
  | {
      mode: 'gate' | 'both';
      /** The longest that a copy lives at the edge, in seconds. The gate stays closed for so long. */
      longestTtlSeconds?: number | undefined;
      /** The KeyValueStore that the gate's CloudFront function reads. */
      gateStoreArn: string;
    }
);
