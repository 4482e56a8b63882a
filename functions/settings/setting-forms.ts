import * as z from 'zod/mini';

/** The forms of settings. */

export const text = z.string().check(z.minLength(1));
export const wholeNumber = (from: number, to: number) => z.coerce.number().check(z.int(), z.gte(from), z.lte(to));
export const url = (protocol: RegExp) => z.url({ protocol });
export const webUrl = url(/^https?$/);

/** An ARN of a service whose resource begins with `resource`. */
export const arn = (service: string, resource: string) =>
  z.string().check(z.regex(new RegExp(`^arn:[^:]+:${service}:[^:]*:[^:]*:${resource}.+$`)));

/**
 * A list of prefixes that end in a slash. An empty one would match every key, and one with a slash at its start no key.
 */
export const prefixes = z.string().check(z.regex(/^[^/,\s][^,\s]*\/(,[^/,\s][^,\s]*\/)*$/));

const base64url = z.string().check(z.regex(/^[A-Za-z0-9_-]+$/));
/** The public part of an RSA key (RFC 7518, 6.3.1). Other members of the JWK are dropped. */
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

/** A PostgreSQL role whose name needs no quotes in a script. */
export const roleName = z.string().check(z.regex(/^[a-z_][a-z0-9_]{0,62}$/));

/** The values of a record of settings after parsing. */
export type Parsed<Settings> = {
  [Name in keyof Settings]: Settings[Name] extends { form: infer Form } ? z.infer<Form> : never;
};

/** The intersection of all members of a union. */
export type Intersection<Union> = (Union extends unknown ? (member: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;
