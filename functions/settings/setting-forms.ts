import * as z from 'zod/mini';

/** The forms that settings take. */

export const text = z.string().check(z.minLength(1));
export const wholeNumber = (from: number, to: number) => z.coerce.number().check(z.int(), z.gte(from), z.lte(to));
export const url = (protocol: RegExp) => z.url({ protocol });
export const webUrl = url(/^https?$/);

/** An ARN of one service, whose resource begins with `resource`. */
export const arn = (service: string, resource: string) =>
  z.string().check(z.regex(new RegExp(`^arn:[^:]+:${service}:[^:]*:[^:]*:${resource}.+$`)));

/** Slash-ended prefixes in a list: an empty one, or one that begins with a slash, would match every key or none. */
export const prefixes = z.string().check(z.regex(/^[^/,\s][^,\s]*\/(,[^/,\s][^,\s]*\/)*$/));

const base64url = z.string().check(z.regex(/^[A-Za-z0-9_-]+$/));
/** The public half of an RSA key (RFC 7518, 6.3.1); what else its JWK may say is left behind. */
const publicKey = z.object({ kty: z.literal('RSA'), n: base64url, e: base64url });

/** A JWK set (RFC 7517) of public keys, as JSON. */
export const keySet = z.pipe(
  z.string(),
  z.pipe(
    z.transform((json: string, context) => {
      try {
        return JSON.parse(json);
      } catch {
        context.issues.push({ code: 'custom', message: 'no JSON', input: json });
      }
    }),
    z.object({ keys: z.array(publicKey) }),
  ),
);

/** A role of PostgreSQL, as it goes unquoted into a script. */
export const roleName = z.string().check(z.regex(/^[a-z_][a-z0-9_]{0,62}$/));

/** What a record of settings holds once it is parsed. */
export type Parsed<Settings> = {
  [Name in keyof Settings]: Settings[Name] extends { form: infer Form } ? z.infer<Form> : never;
};

/** All members of a union at once. */
export type Intersection<Union> = (Union extends unknown ? (member: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;
