import * as z from 'zod/mini';
import {
  hostName,
  httpsOrigin,
  httpsUrl,
  matching,
  name,
  oneOf,
  uuid,
  wholeNumber,
  yesOrNo,
} from './attribute-forms.ts';
import { platformSchema } from './platform-schema.ts';

/** A domain name of one's own, and the certificate for it, which ACM holds already. */
const domain = z.strictObject({ domainName: hostName, certificateId: uuid });

/** The page as a public client (PKCE, no secret) of the platform's issuer. */
const signIn = z.strictObject({
  clientId: matching(/^[\x21-\x7e]+$/, 'the id of a client'),
  /** Absent: `openid`. */
  scope: z.optional(matching(/^(\S+ )*openid( \S+)*$/, 'scopes with spaces between them, openid among them')),
  /** Where tokens are fetched, if that is not the issuer's own origin, such as a domain of Cognito's. */
  origins: z.optional(z.array(httpsOrigin, 'a list of origins')),
});

/** What the service may be told to do otherwise; what is left out is as the functions have it by themselves. */
const rules = z.strictObject({
  undoSeconds: z.optional(wholeNumber(0, 900)),
  settleSeconds: z.optional(wholeNumber(60, 43_200)),
  retentionDays: z.optional(wholeNumber(180, 3650)),
  /** Keys that a worker deletes from the bucket a second, at most: less where others write to the same prefix. */
  keysPerSecond: z.optional(wholeNumber(500, 1_000_000)),
  userIdClaim: z.optional(name),
  logLevel: z.optional(oneOf(['DEBUG', 'INFO', 'WARN', 'ERROR'])),
});

/** The key that signs receipts, once it is no longer the first: docs/DEPLOY.md says how it is changed. */
const receiptKey = z.strictObject({
  /** Goes up by one with each new key. */
  generation: wholeNumber(2, 100),
  /** The public keys that signed before, as `/api/v1/receipts/jwks.json` showed them: they stay published. */
  retired: z.array(
    z.looseObject({
      kty: oneOf(['RSA']),
      n: matching(/^[\w-]+$/, 'the member n of a JWK'),
      e: matching(/^[\w-]+$/, 'the member e of a JWK'),
    }),
    'a list of JWKs',
  ),
});

/** One environment, as it is written down. */
export const environmentSchema = z.strictObject({
  /** True: table, queues and key outlive their stack and refuse to be deleted. False: they go with it. */
  keepsData: yesOrNo,
  /** A name for the page; its certificate is in us-east-1, where CloudFront looks for it. Absent: the one CloudFront gives it. */
  page: z.optional(domain),
  /** How users of the page sign in. Absent: nobody can, and the page says so. */
  signIn: z.optional(signIn),
  /** A name for the API. Absent: the one that API Gateway gives it. */
  api: z.optional(domain),
  /** Who is told of an alarm, and where docs/RUNBOOK.md is published: alarms link to it. */
  onCall: z.strictObject({
    email: z.optional(matching(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, 'an e-mail address')),
    runbookUrl: httpsUrl,
  }),
  /** The event bus that is told of deletions. */
  eventBusName: name,
  rules: z.optional(rules),
  receiptKey: z.optional(receiptKey),
  /** `sample` brings a platform of its own; anything else is the one that is there. */
  platform: z.union([z.literal('sample'), platformSchema], { error: '"sample", or the attributes of a platform' }),
});
