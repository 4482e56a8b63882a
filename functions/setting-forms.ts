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
