import * as z from 'zod/mini';

/** A value of one form. The error message says that it expected `expected`. */
export const matching = (form: RegExp, expected: string) => z.string(expected).check(z.regex(form, expected));
export const wholeNumber = (from: number, to: number) => {
  const expected = `a whole number from ${from} to ${to}`;
  return z.number(expected).check(z.int(expected), z.gte(from, expected), z.lte(to, expected));
};
export const oneOf = <const Names extends readonly string[]>(names: Names) =>
  z.enum(names, `one of ${names.join(', ')}`);
export const yesOrNo = z.boolean('true or false');

export const idOf = (prefix: string) =>
  matching(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `an id like ${prefix}-0123456789abcdef0`);
export const name = matching(/^[\w./-]+$/, 'a name of letters, digits and _ . / -');
/** Providers use URLs as names of an audience or a claim. API Gateway takes any text without spaces. */
export const identifier = matching(/^[\x21-\x7e]{1,256}$/, 'a text without spaces, 256 characters at most');
export const hostName = matching(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'a host name, without protocol, port or path');
export const httpsUrl = matching(/^https:\/\/[^\s/]+(\/\S*)?$/, 'a URL that begins with https://');
export const httpsOrigin = matching(
  /^https:\/\/[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/,
  'an origin like https://videos.example.com',
);
export const uuid = matching(
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  'the last part of its ARN, a UUID like 01234567-89ab-cdef-0123-456789abcdef',
);
export const keyArn = matching(/^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/, 'the ARN of a KMS key');
export const port = wholeNumber(1, 65_535);
export const prefix = matching(
  /^(?!videos\/)[^/*?,\s][^*?,\s]*\/$/,
  'a prefix like uploads/, ending in a slash, not in videos/',
);
