import * as z from 'zod/mini';
import {
  hostName,
  httpsOrigin,
  httpsUrl,
  identifier,
  idOf,
  keyArn,
  matching,
  name,
  oneOf,
  port,
  prefix,
  wholeNumber,
  yesOrNo,
} from './attribute-forms.ts';

/**
 * The services that need an endpoint in a VPC without NAT. `s3` and `dynamodb` are gateway endpoints, the others
 * interface endpoints.
 */
export const ENDPOINTS = ['s3', 'dynamodb', 'sqs', 'states', 'events', 'kms', 'secretsmanager'] as const;

/** Lambda places no function there: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html */
const zoneId = matching(
  /^(?!use1-az3$)[a-z0-9]+-az\d$/,
  'the id of a zone that Lambda works in, so not use1-az3: leave that subnet out',
);
const range = matching(
  /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.|(?=\/))){4}\/(1[6-9]|2[0-8])$/,
  'a range of a VPC like 10.0.0.0/16',
);
const network = z.strictObject({
  vpcId: idOf('vpc'),
  /** Private subnets, each with its route table, preferably in two or more availability zones. */
  subnets: z
    .array(
      z.strictObject({ subnetId: idOf('subnet'), routeTableId: idOf('rtb'), zoneId: z.optional(zoneId) }),
      'a list of subnets',
    )
    .check(z.minLength(1, 'at least one subnet')),
  /**
   * How functions reach AWS from these subnets: through the platform's NAT, or through endpoints. Missing endpoints are
   * created.
   */
  wayOut: z.discriminatedUnion(
    'by',
    [
      z.strictObject({ by: z.literal('nat') }),
      z.strictObject({
        by: z.literal('endpoints'),
        /** They must have private DNS. */
        existing: z.array(oneOf(ENDPOINTS), `a list of ${ENDPOINTS.join(', ')}`),
        /** The security group of the interface endpoints that exist. */
        securityGroupId: z.optional(idOf('sg')),
        /**
         * Only if the endpoints that are created shall serve the whole VPC: its ranges of addresses, all of which are
         * let in. Default: they have no private DNS, and nobody but our functions notices them.
         */
        letIn: z.optional(z.array(range, 'a list of ranges').check(z.minLength(1, 'at least one range'))),
      }),
    ],
    { error: '{ by: "nat" } or { by: "endpoints", existing: [...] }' },
  ),
  /**
   * False: the security groups of the platform are left as they are, and it lets in the group in State's output
   * `FunctionsSecurityGroup` itself. Default true.
   */
  manageRules: z.optional(yesOrNo),
  /** True where another account shares the subnets: its endpoints and security groups are not ours to change. */
  isShared: z.optional(yesOrNo),
});

const roleName = matching(/^[a-z_][a-z0-9_]*$/, 'the name of a PostgreSQL role');
const database = z.strictObject({
  /** The endpoint of the RDS Proxy, or of the database if there is no proxy. */
  host: hostName,
  port,
  name,
  resourceId: matching(
    /^(prx-[0-9a-f]+|cluster-[A-Z0-9]+|db-[A-Z0-9]+)$/,
    'the resource id of the proxy (prx-0123456789abcdef0), cluster (cluster-ABCDEFGHIJKL) or instance (db-ABCDEFGHIJKL)',
  ),
  /** The RDS Proxy's name, for the alarm on pinned sessions. */
  proxyName: z.optional(name),
  /** A role that owns the platform's tables, or may alter them and grant rights on them. It logs in with IAM. */
  migratingUser: roleName,
  /** The account that it is in. RDS takes IAM tokens only from roles of its own account, so Service has to be there. */
  accountId: z.optional(matching(/^\d{12}$/, 'the id of an account, 12 digits')),
  /**
   * `token`: IAM tokens reach the database (no proxy, or one with `DefaultAuthScheme: IAM_AUTH`). `password`: the proxy
   * takes tokens and logs in with the passwords of its secrets. Default `token`.
   */
  logIn: z.optional(oneOf(['token', 'password'])),
  /** The role with which the platform registers processing runs. Default: the owner of `videos`. */
  platformUser: z.optional(roleName),
  securityGroupId: idOf('sg'),
});

const region = matching(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region like eu-central-1');
/** Six characters after a hyphen at the end would be taken for those that Secrets Manager adds to an ARN. */
const secretName = matching(
  /^(?!.*-[A-Za-z0-9]{6}$)[\w./-]+$/,
  'the name of a secret, not ending in a hyphen and six characters (rename it: it would be taken for a part of its ARN)',
);
/** The customer managed key of a secret. Absent: the key that Secrets Manager manages. */
const secretKeyArn = z.optional(keyArn);
const originalsPrefixes = z.array(prefix, 'a list of prefixes').check(z.minLength(1, 'at least one prefix'));
const bucketName = matching(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket');
const storage = z.discriminatedUnion(
  'kind',
  [
    /** `region`: where the bucket is. Service has to be there, too: an endpoint leads to no other region. */
    z.strictObject({ kind: z.literal('s3'), bucketName, originalsPrefixes, region: z.optional(region) }),
    z.strictObject({
      kind: z.literal('r2'),
      bucketName,
      originalsPrefixes,
      endpoint: httpsUrl,
      /** The name of a secret that holds `{ "accessKeyId", "secretAccessKey" }`. */
      secretName,
      secretKeyArn,
    }),
  ],
  { error: '{ kind: "s3", ... } or { kind: "r2", ... }' },
);

const cacheAddress = {
  host: hostName,
  port,
  securityGroupId: idOf('sg'),
  /** Absent: `cluster` if the cache is serverless, which is a cluster; else `server`. */
  mode: z.optional(oneOf(['server', 'cluster'])),
};
const cache = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('iam'),
      ...cacheAddress,
      /** The name of the serverless cache, or the id of the replication group. */
      name: matching(/^[a-z][a-z0-9-]*$/, 'the name of a cache'),
      isServerless: yesOrNo,
      /** The id of the user. For IAM, ElastiCache requires that the name of the user is the same. */
      user: matching(/^[a-z][a-z0-9-]*$/, 'the id of an ElastiCache user'),
    }),
    /** The name of a secret that holds `{ "username", "password" }`; without a username, it is `default`. */
    z.strictObject({ kind: z.literal('secret'), ...cacheAddress, secretName, secretKeyArn }),
  ],
  { error: '{ kind: "iam", ... } or { kind: "secret", ... }' },
);

const distributionId = matching(/^E[A-Z0-9]{9,20}$/, 'the id of a distribution, like E0EXAMPLE00000');
const gated = {
  distributionId,
  /** What viewers get while the gate cannot read its store: the video (`open`), or 503 (`closed`). */
  whenUnreadable: oneOf(['open', 'closed']),
};
/** The longest that a copy lives at the edge, by the cache policies and the headers of the origin. */
const longestTtlSeconds = wholeNumber(1, 31_536_000);
const edge = z.discriminatedUnion(
  'mode',
  [
    z.strictObject({ mode: z.literal('invalidate'), distributionId }),
    z.strictObject({ mode: z.literal('gate'), ...gated, longestTtlSeconds }),
    z.strictObject({ mode: z.literal('both'), ...gated, longestTtlSeconds: z.optional(longestTtlSeconds) }),
  ],
  { error: '{ mode: "invalidate", ... }, { mode: "gate", ... } or { mode: "both", ... }' },
);

/** The attributes of an existing platform. */
export const platformSchema = z.strictObject({
  network,
  database,
  storage,
  cache: z.optional(cache),
  edge: z.optional(edge),
  /** The origin that viewers get videos from, so that the page can play them. */
  videoOrigin: z.optional(httpsOrigin),
  /**
   * The origin where the platform serves `GET /api/v1/users/me` and `/api/v1/users/me/videos`, which the profile page
   * shows.
   */
  profileOrigin: z.optional(httpsOrigin),
  /** The name of the state machine that processes videos. Not its ARN, because that contains the account. */
  stateMachineName: z.optional(matching(/^[\w-]{1,80}$/, 'the name of a state machine')),
  issuer: z.strictObject({
    /** The issuer's URL, as in the `iss` claim of the tokens. Its keys are found through OpenID Connect Discovery. */
    url: httpsUrl,
    audience: z.array(identifier, 'a list of audiences').check(z.minLength(1, 'at least one audience')),
  }),
});
