import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1));
const wholeNumber = (from: number, to: number) => z.coerce.number().check(z.int(), z.gte(from), z.lte(to));
const url = (protocol: RegExp) => z.url({ protocol });
const WEB = /^https?$/;

/** Slash-ended prefixes in a list: an empty one, or one that begins with a slash, would match every key or none. */
const prefixes = z.string().check(z.regex(/^[^/,\s][^,\s]*\/(,[^/,\s][^,\s]*\/)*$/));

/** Every setting: its form, what a mistake is told to look like, and what it is when it is not set. */
const SETTINGS = {
  DELETIONS_TABLE: { form: text, expected: 'the name of the DynamoDB table of tombstones' },
  CLEANUP_QUEUE_URL: { form: url(WEB), expected: 'the URL of the cleanup queue' },
  CLEANUP_DLQ_URL: { form: url(WEB), expected: 'the URL of the dead-letter queue of the cleanup queue' },
  EDGE_QUEUE_URL: { form: z.optional(url(WEB)), expected: 'the URL of the edge queue' },
  VIDEO_STORAGE: { form: z.enum(['s3', 'local']), expected: 's3 or local' },
  VIDEO_BUCKET: { form: z.optional(text), expected: 'the name of the bucket that holds the videos' },
  STORAGE_ENDPOINT: {
    form: z.optional(url(WEB)),
    expected: 'the http(s) URL of an S3 endpoint, or nothing for S3 itself',
  },
  UPLOADS_DIR: { form: z._default(text, '/app/uploads'), expected: 'a folder' },
  PROCESSING_DIR: { form: z._default(text, '/tmp/video_processing'), expected: 'a folder' },
  DATABASE_URL: {
    form: url(/^postgres(ql)?$/),
    expected: 'a URL like postgresql://user:password@host:5432/name',
    secret: true,
  },
  CACHE_URL: {
    form: z.optional(url(/^rediss?$/)),
    expected: 'a URL like redis://host:6379, or nothing for no cache',
    secret: true,
  },
  DISTRIBUTION_ID: { form: z.optional(text), expected: 'the id of a CloudFront distribution, or nothing for no edge' },
  STATE_MACHINE_ARN: {
    form: z.optional(z.string().check(z.regex(/^arn:[^:]+:states:[^:]*:[^:]*:stateMachine:.+$/))),
    expected: 'the ARN of the state machine that processes videos, or nothing for none',
  },
  EVENT_BUS_NAME: { form: z.optional(text), expected: 'the name of an event bus, or nothing for no events' },
  USER_ID_CLAIM: { form: z._default(text, 'sub'), expected: 'the claim of the token that holds the user id' },
  RECEIPT_KEY_FILE: { form: z.optional(text), expected: 'the file of the key that signs receipts' },
  ORIGINALS_PREFIXES: {
    form: z._default(prefixes, 'uploads/,originals/'),
    expected: 'prefixes like uploads/,originals/',
  },
  EDGE_MODE: { form: z._default(z.enum(['invalidate']), 'invalidate'), expected: 'invalidate' },
  RETENTION_DAYS: { form: z._default(wholeNumber(180, 3650), 400), expected: 'a whole number from 180 to 3650' },
  UNDO_SECONDS: { form: z._default(wholeNumber(0, 900), 10), expected: 'a whole number from 0 to 900' },
  SETTLE_SECONDS: { form: z._default(wholeNumber(1, 43_200), 900), expected: 'a whole number from 1 to 43200' },
  LEASE_SECONDS: { form: z._default(wholeNumber(1, 900), 60), expected: 'a whole number from 1 to 900' },
  SWEEP_AFTER_SECONDS: { form: z._default(wholeNumber(1, 3600), 120), expected: 'a whole number from 1 to 3600' },
  LOG_LEVEL: {
    form: z._default(z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']), 'INFO'),
    expected: 'DEBUG, INFO, WARN or ERROR',
  },
} as const satisfies Record<string, Setting>;

type Setting = { form: z.ZodMiniType; expected: string; secret?: boolean };
type Forms = { [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name]['form'] };

/** What a function starts with, parsed from its environment. Durations are in seconds. */
export type Settings = { [Name in keyof Forms]: z.infer<Forms[Name]> };

/** Settings that are missing or wrong. The message is one line for each: its name, what was found, what is expected. */
export class WrongSettings extends Error {
  override name = 'WrongSettings';
}

/** Settings that others make necessary. */
const NEEDED: { name: keyof Settings; when: (settings: Settings) => boolean; because: string }[] = [
  { name: 'VIDEO_BUCKET', when: (settings) => settings.VIDEO_STORAGE === 's3', because: 'VIDEO_STORAGE is s3' },
  {
    name: 'EDGE_QUEUE_URL',
    when: (settings) => settings.DISTRIBUTION_ID !== undefined,
    because: 'DISTRIBUTION_ID is set',
  },
];

/**
 * Reads the settings. Empty and missing are the same.
 * @throws {WrongSettings} naming every mistake; the value of a setting that may hold a password is not shown
 */
export function readSettings(environment: Record<string, string | undefined>): Settings {
  const mistakes: string[] = [];
  const read = Object.entries<Setting>(SETTINGS).map(([name, { form, expected, secret }]) => {
    const found = environment[name] || undefined;
    const { success, data } = form.safeParse(found);
    if (!success)
      mistakes.push(
        `${name} ${found === undefined ? 'is not set' : secret ? 'is malformed' : `is "${found}"`}, expected ${expected}`,
      );
    return [name, data];
  });
  const settings = Object.fromEntries(read) as Settings;
  for (const { name, when, because } of NEEDED) {
    const isMissing = mistakes.length === 0 && settings[name] === undefined && when(settings);
    if (isMissing) mistakes.push(`${name} is not set, expected ${SETTINGS[name].expected}, since ${because}`);
  }
  if (mistakes.length > 0) throw new WrongSettings(mistakes.join('\n'));
  return settings;
}
