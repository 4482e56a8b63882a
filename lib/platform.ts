import type { IConnectable, ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';

/**
 * What the service needs of the video platform that it stands beside. Two meet it: `importPlatform` (a platform that is
 * there already, by attributes) and the stack `Platform` (a sample of its own, for `dev`).
 */
export type Platform = {
  network: PlatformNetwork;
  database: PlatformDatabase;
  storage: PlatformStorage;
  /** Absent: no cache. */
  cache?: PlatformCache;
  /** Absent: no edge. */
  edge?: PlatformEdge;
  /** The one state machine that processes videos. Absent: none. */
  stateMachineArn?: string;
  /** Who signs the tokens of the API's callers. */
  issuer: { url: string; audience: readonly string[] };
};

/** Where functions stand that speak to the database or the cache. */
export type PlatformNetwork = {
  vpc: IVpc;
  subnets: readonly ISubnet[];
  /** Interface endpoints that functions have to be let in to, on port 443. Absent: the way out is a NAT. */
  endpoints?: IConnectable;
};

/** PostgreSQL, spoken to with IAM tokens. */
export type PlatformDatabase = {
  host: string;
  port: number;
  name: string;
  /** Two roles of the database: one serves and can delete only what the data map names, the other owns the tables. */
  users: { serving: string; migrating: string };
  /** What IAM calls it: `prx-…` of a proxy, `cluster-…` of a cluster, `db-…` of an instance. */
  resourceId: string;
  /** Its name, if it is an RDS Proxy: CloudWatch's dimension `ProxyName`. */
  proxyName?: string;
  /** What has to let functions in. */
  access: IConnectable;
};

/** Where the videos are: an S3 bucket, or a bucket behind another S3 endpoint (R2) with keys of its own. */
export type PlatformStorage = {
  /** Prefixes outside `videos/` under which originals may be deleted, each ending in a slash. */
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

/** Redis or Valkey, over TLS only. */
export type PlatformCache = {
  host: string;
  port: number;
  /** What has to let functions in. */
  access: IConnectable;
} & (
  | {
      kind: 'iam';
      /** The cache's own name: of a serverless cache, or the id of a replication group. IAM tokens are signed for it. */
      name: string;
      isServerless: boolean;
      /** ElastiCache demands that an IAM user's id and name are the same. */
      user: string;
    }
  | {
      kind: 'secret';
      /** JSON `{ "username", "password" }`. */
      secret: ISecret;
    }
);

/** How the edge is told: by invalidations, by the gate at the edge, or by both. */
export type PlatformEdge = { distributionId: string } & (
  | { mode: 'invalidate' }
  | {
      mode: 'gate' | 'both';
      /** The KeyValueStore that the gate's CloudFront function reads. */
      gateStoreArn: string;
    }
);
