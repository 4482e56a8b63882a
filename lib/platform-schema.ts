import * as z from 'zod/mini';
import {
  hostName,
  httpsOrigin,
  httpsUrl,
  idOf,
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

const network = z.strictObject({
  vpcId: idOf('vpc'),
  /** Private subnets, each with its route table, preferably in two or more availability zones. */
  subnets: z
    .array(z.strictObject({ subnetId: idOf('subnet'), routeTableId: idOf('rtb') }), 'a list of subnets')
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
        existing: z.array(oneOf(ENDPOINTS), `a list of ${ENDPOINTS.join(', ')}`),
        /** The security group of the interface endpoints that exist. */
        securityGroupId: z.optional(idOf('sg')),
      }),
    ],
    { error: '{ by: "nat" } or { by: "endpoints", existing: [...] }' },
  ),
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
  /**
   * `token`: IAM tokens reach the database (no proxy, or one with `DefaultAuthScheme: IAM_AUTH`). `password`: the proxy
   * takes tokens and logs in with the passwords of its secrets. Default `token`.
   */
  logIn: z.optional(oneOf(['token', 'password'])),
  /** The role with which the platform registers processing runs. Default: the owner of `videos`. */
  platformUser: z.optional(roleName),
  securityGroupId: idOf('sg'),
});

const originalsPrefixes = z.array(prefix, 'a list of prefixes').check(z.minLength(1, 'at least one prefix'));
const bucketName = matching(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket');
const storage = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('s3'), bucketName, originalsPrefixes }),
    z.strictObject({
      kind: z.literal('r2'),
      bucketName,
      originalsPrefixes,
      endpoint: httpsUrl,
      /** The ARN of a secret that holds `{ "accessKeyId", "secretAccessKey" }`. */
      secretName: name,
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
    /** The ARN of a secret that holds `{ "username", "password" }`. */
    z.strictObject({ kind: z.literal('secret'), ...cacheAddress, secretName: name }),
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
const ttlSeconds = wholeNumber(1, 31_536_000);
const edge = z.discriminatedUnion(
  'mode',
  [
    z.strictObject({ mode: z.literal('invalidate'), distributionId }),
    z.strictObject({ mode: z.literal('gate'), ...gated, ttlSeconds }),
    z.strictObject({ mode: z.literal('both'), ...gated, ttlSeconds: z.optional(ttlSeconds) }),
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
    audience: z.array(name, 'a list of audiences').check(z.minLength(1, 'at least one audience')),
  }),
});
