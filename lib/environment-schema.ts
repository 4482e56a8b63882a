import * as z from 'zod/mini';
import { LONGEST_WINDOW_SECONDS, LONGEST_WITHOUT_GATE_SECONDS } from '../functions/settings/settings.ts';
import {
  hostName,
  httpsOrigin,
  httpsUrl,
  identifier,
  keyArn,
  matching,
  name,
  oneOf,
  uuid,
  wholeNumber,
  yesOrNo,
} from './attribute-forms.ts';
import { platformSchema } from './platform-schema.ts';

/** A custom domain name, and its certificate, which must already be in ACM. */
const domain = z.strictObject({ domainName: hostName, certificateId: uuid });

/** The page as a public client (PKCE, no secret) of the platform's issuer. */
const signIn = z.strictObject({
  clientId: matching(/^[\x21-\x7e]+$/, 'the id of a client'),
  /** Default: `openid`. */
  scope: z.optional(matching(/^(\S+ )*openid( \S+)*$/, 'scopes with spaces between them, openid among them')),
  /** For a provider that issues tokens for an API only when it is asked for them by name (Auth0: `audience`). */
  audience: z.optional(identifier),
  /** The origins that tokens are fetched from, if they differ from the issuer's origin, such as a domain of Cognito. */
  origins: z.optional(z.array(httpsOrigin, 'a list of origins')),
});

/** Rules that differ from the functions' defaults. */
const rules = z.strictObject({
  /** Up to 90 days. More than an hour needs a gate at the edge, or `playableWhileWaiting`. */
  undoSeconds: z.optional(wholeNumber(0, LONGEST_WINDOW_SECONDS)),
  /** For requests of admins and of whole accounts. */
  adminUndoSeconds: z.optional(wholeNumber(0, LONGEST_WINDOW_SECONDS)),
  /** True: whoever has a video's address may play its copies at the edge while its deletion waits. */
  playableWhileWaiting: z.optional(yesOrNo),
  settleSeconds: z.optional(wholeNumber(60, 43_200)),
  retentionDays: z.optional(wholeNumber(180, 3650)),
  /** The most keys that a worker deletes from the bucket in a second. Use fewer if others write to the same prefix. */
  keysPerSecond: z.optional(wholeNumber(500, 1_000_000)),
  /** As the token has it, such as `sub`, or a URL. */
  userIdClaim: z.optional(identifier),
  logLevel: z.optional(oneOf(['DEBUG', 'INFO', 'WARN', 'ERROR'])),
});

/** The key that signs receipts, if it is not the first one. docs/DEPLOY.md says how to change it. */
const receiptKey = z.strictObject({
  /** One higher with each new key. */
  generation: wholeNumber(2, 100),
  /** The public keys of earlier keys, as `/api/v1/receipts/jwks.json` published them. They stay published. */
  retired: z
    .array(
      z.looseObject({
        kty: oneOf(['RSA']),
        n: matching(/^[\w-]+$/, 'the member n of a JWK'),
        e: matching(/^[\w-]+$/, 'the member e of a JWK'),
      }),
      'a list of JWKs',
    )
    .check(z.maxLength(6, 'at most 6 JWKs: all settings of a function together take 4 KB (a quota of Lambda)')),
});

/** The attributes of an environment, as lib/environments.ts defines them. */
const attributes = z.strictObject({
  /**
   * True: table, queues and key outlive their stack and are protected against deletion. False: they are deleted with
   * it.
   */
  keepsData: yesOrNo,
  /** The domain name of the page. Its certificate must be in us-east-1. Default: the name that CloudFront gives it. */
  page: z.optional(domain),
  /** How users of the page sign in. Absent: nobody can sign in, and the page says so. */
  signIn: z.optional(signIn),
  /** Further origins whose pages may call the API, such as the platform's own site. */
  allowedOrigins: z.optional(z.array(httpsOrigin, 'a list of origins')),
  /** The customer managed key of the bucket that `cdk bootstrap` made, if it has one. */
  bootstrapKeyArn: z.optional(keyArn),
  /** The domain name of the API. Default: the name that API Gateway gives it. */
  api: z.optional(domain),
  /** The address that alarms are sent to, and the URL where docs/RUNBOOK.md is published: alarms link to it. */
  onCall: z.strictObject({
    email: z.optional(matching(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, 'an e-mail address')),
    runbookUrl: httpsUrl,
  }),
  /**
   * The ARNs of the roles or users that may become operators: Service then makes a role for the operator's command.
   * Absent: there is none.
   */
  operators: z.optional(
    z
      .array(
        matching(/^arn:[\w-]+:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/, 'the ARN of a role or a user'),
        'a list of ARNs',
      )
      .check(
        z.minLength(1, 'at least one ARN'),
        z.maxLength(12, 'at most 12 ARNs: who may become a role has to fit 2,048 characters (a quota of IAM)'),
      ),
  ),
  /** The event bus that events about deletions are published to. */
  eventBusName: name,
  rules: z.optional(rules),
  /** Who answers for receipts, as they state it, such as the address of the platform. Default: `video-deletion`. */
  receiptIssuer: z.optional(matching(/^[\x21-\x7e]+$/, 'a name or a URL without spaces')),
  receiptKey: z.optional(receiptKey),
  /** `sample` deploys a sample platform. Otherwise: the attributes of the existing platform. */
  platform: z.union([z.literal('sample'), platformSchema], { error: '"sample", or the attributes of a platform' }),
});

/** One environment, with the rules that concern several attributes. */
export const environmentSchema = attributes.check(
  z.refine(({ rules, platform }) => isWindowAllowed(rules, platform), {
    path: ['rules'],
    error: `undo windows of at most ${LONGEST_WITHOUT_GATE_SECONDS} s, or edge.mode gate or both, or playableWhileWaiting: true, since copies at the edge can be played while a deletion waits`,
  }),
);

function isWindowAllowed(
  { undoSeconds = 0, adminUndoSeconds = 0, playableWhileWaiting }: z.infer<typeof rules> = {},
  platform: z.infer<typeof attributes>['platform'],
): boolean {
  if (playableWhileWaiting || Math.max(undoSeconds, adminUndoSeconds) <= LONGEST_WITHOUT_GATE_SECONDS) return true;
  if (platform === 'sample') return false;
  return platform.edge === undefined || platform.edge.mode !== 'invalidate';
}
