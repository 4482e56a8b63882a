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
  yesOrNo,
} from './attribute-forms.ts';

/** What a VPC without NAT needs endpoints for; `s3` and `dynamodb` are gateway endpoints, the others interface endpoints. */
export const ENDPOINTS = ['s3', 'dynamodb', 'sqs', 'states', 'events', 'kms', 'secretsmanager'] as const;

const network = z.strictObject({
  vpcId: idOf('vpc'),
  /** Private subnets, best in two or more availability zones, each with the route table that it uses. */
  subnets: z
    .array(z.strictObject({ subnetId: idOf('subnet'), routeTableId: idOf('rtb') }), 'a list of subnets')
    .check(z.minLength(1, 'at least one subnet')),
  /** How functions reach AWS from there: over the platform's NAT, or over endpoints. Those not in `existing` are created. */
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

const database = z.strictObject({
  /** The endpoint of the RDS Proxy, or of the database where there is none. */
  host: hostName,
  port,
  name,
  resourceId: matching(
    /^(prx-[0-9a-f]+|cluster-[A-Z0-9]+|db-[A-Z0-9]+)$/,
    'the resource id of the proxy (prx-0123456789abcdef0), cluster (cluster-ABCDEFGHIJKL) or instance (db-ABCDEFGHIJKL)',
  ),
  /** The RDS Proxy's name, for the alarm on pinned sessions. */
  proxyName: z.optional(name),
  /** The role that owns the platform's tables, or may alter them and grant rights on them. It logs in by IAM, too. */
  migratingUser: matching(/^[a-z_][a-z0-9_]*$/, 'the name of a PostgreSQL role'),
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
      /** A secret with `{ "accessKeyId", "secretAccessKey" }`. */
      secretName: name,
    }),
  ],
  { error: '{ kind: "s3", ... } or { kind: "r2", ... }' },
);

const cacheAddress = { host: hostName, port, securityGroupId: idOf('sg') };
const cache = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('iam'),
      ...cacheAddress,
      /** The name of the serverless cache, or the id of the replication group. */
      name: matching(/^[a-z][a-z0-9-]*$/, 'the name of a cache'),
      isServerless: yesOrNo,
      /** The user's id, which ElastiCache demands to be the user's name as well. */
      user: matching(/^[a-z][a-z0-9-]*$/, 'the id of an ElastiCache user'),
    }),
    /** A secret with `{ "username", "password" }`. */
    z.strictObject({ kind: z.literal('secret'), ...cacheAddress, secretName: name }),
  ],
  { error: '{ kind: "iam", ... } or { kind: "secret", ... }' },
);

const distributionId = matching(/^E[A-Z0-9]{9,20}$/, 'the id of a distribution, like E0EXAMPLE00000');
const edge = z.discriminatedUnion(
  'mode',
  [
    z.strictObject({ mode: z.literal('invalidate'), distributionId }),
    z.strictObject({
      mode: oneOf(['gate', 'both']),
      distributionId,
      /** What viewers get while the gate cannot look: the video (`open`), or 503 (`closed`). */
      whenUnreadable: oneOf(['open', 'closed']),
    }),
  ],
  { error: '{ mode: "invalidate", ... }, { mode: "gate", ... } or { mode: "both", ... }' },
);

/** The attributes of a platform that is there already. */
export const platformSchema = z.strictObject({
  network,
  database,
  storage,
  cache: z.optional(cache),
  edge: z.optional(edge),
  /** Where viewers get videos from, so that the page can play them. */
  videoOrigin: z.optional(httpsOrigin),
  /** Where the platform answers `GET /api/v1/users/me` and `/api/v1/users/me/videos`, which the profile shows. */
  profileOrigin: z.optional(httpsOrigin),
  /** The state machine that processes videos. Its name, since an ARN would hold an account. */
  stateMachineName: z.optional(matching(/^[\w-]{1,80}$/, 'the name of a state machine')),
  issuer: z.strictObject({
    /** As the tokens say it in `iss`; its keys are found below it (OpenID Connect Discovery). */
    url: httpsUrl,
    audience: z.array(name, 'a list of audiences').check(z.minLength(1, 'at least one audience')),
  }),
});
