import * as z from 'zod/mini';
import { DEFAULT_KEYS_PER_SECOND } from '../stores/s3/pace.ts';
import {
  arn,
  type Intersection,
  keySet,
  type Parsed,
  prefixes,
  roleName,
  text,
  url,
  webUrl,
  wholeNumber,
} from './setting-forms.ts';

/** The longest undo window: 90 days. */
export const LONGEST_WINDOW_SECONDS = 7_776_000;

export type Setting = {
  form: z.ZodMiniType;
  /** The expected form, as error messages state it. */
  expected: string;
  /** The value is never shown. */
  secret?: true;
};

/**
 * Every setting, grouped by the capability that needs it. A function reads only the groups that it names. A setting
 * with a default is never missing. Durations are in seconds.
 */
export const SETTINGS = {
  state: {
    DELETIONS_TABLE: { form: text, expected: 'the name of the DynamoDB table of tombstones' },
    RETENTION_DAYS: { form: z._default(wholeNumber(180, 3650), 400), expected: 'a whole number from 180 to 3650' },
    UNDO_SECONDS: {
      form: z._default(wholeNumber(0, LONGEST_WINDOW_SECONDS), 10),
      expected: `a whole number from 0 to ${LONGEST_WINDOW_SECONDS}`,
    },
    /** For requests of admins and of whole accounts. */
    ADMIN_UNDO_SECONDS: {
      form: z._default(wholeNumber(0, LONGEST_WINDOW_SECONDS), 10),
      expected: `a whole number from 0 to ${LONGEST_WINDOW_SECONDS}`,
    },
    /** Copies at the edge can be played until the work begins. Only a gate refuses them while the deletion waits. */
    PLAYABLE_WHILE_WAITING: { form: z._default(z.enum(['true', 'false']), 'false'), expected: 'true or false' },
    SETTLE_SECONDS: { form: z._default(wholeNumber(1, 43_200), 900), expected: 'a whole number from 1 to 43200' },
    LEASE_SECONDS: { form: z._default(wholeNumber(1, 900), 60), expected: 'a whole number from 1 to 900' },
    SWEEP_AFTER_SECONDS: { form: z._default(wholeNumber(1, 3600), 120), expected: 'a whole number from 1 to 3600' },
  },
  log: {
    /** Figures and receipts carry it. */
    ENVIRONMENT_NAME: { form: z._default(text, 'local'), expected: 'the name of the environment' },
    LOG_LEVEL: {
      form: z._default(z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']), 'INFO'),
      expected: 'DEBUG, INFO, WARN or ERROR',
    },
  },
  callers: {
    USER_ID_CLAIM: { form: z._default(text, 'sub'), expected: 'the claim of the token that holds the user id' },
  },
  cleanupQueue: { CLEANUP_QUEUE_URL: { form: webUrl, expected: 'the URL of the cleanup queue' } },
  deadLetters: {
    CLEANUP_DLQ_URL: { form: webUrl, expected: 'the URL of the dead-letter queue of the cleanup queue' },
  },
  /** The edge, and the queue for its invalidations and its gate. */
  edge: {
    DISTRIBUTION_ID: {
      form: z.optional(text),
      expected: 'the id of a CloudFront distribution, or nothing for no edge',
    },
    EDGE_QUEUE_URL: { form: z.optional(webUrl), expected: 'the URL of the edge queue' },
    EDGE_MODE: {
      form: z._default(z.enum(['invalidate', 'gate', 'both']), 'invalidate'),
      expected: 'invalidate, gate or both',
    },
    /**
     * With a gate and without invalidations, a deletion waits for so long before it is done, and then the gate opens. A
     * copy that lives longer would be served again, so nobody may guess it.
     */
    EDGE_TTL_SECONDS: {
      form: z.optional(wholeNumber(1, 31_536_000)),
      expected: 'the longest that a copy lives at the edge, from 1 to 31536000',
    },
  },
  /** For the one function that opens and closes the gate. */
  gate: {
    GATE_STORE_ARN: {
      form: z.optional(arn('cloudfront', 'key-value-store/')),
      expected: 'the ARN of the KeyValueStore that the gate at the edge reads',
    },
  },
  /** Where a row's URLs point to: enough to name the keys of a video, not to access them. */
  places: {
    VIDEO_STORAGE: { form: z.enum(['s3', 'local']), expected: 's3 or local' },
    VIDEO_BUCKET: { form: z.optional(text), expected: 'the name of the bucket that holds the videos' },
    STORAGE_ENDPOINT: {
      form: z.optional(webUrl),
      expected: 'the http(s) URL of an S3 endpoint, or nothing for S3 itself',
    },
    UPLOADS_DIR: { form: z._default(text, '/app/uploads'), expected: 'a folder' },
    ORIGINALS_PREFIXES: {
      form: z._default(prefixes, 'uploads/,originals/'),
      expected: 'prefixes like uploads/,originals/',
    },
  },
  storage: {
    STORAGE_SECRET_ARN: {
      form: z.optional(arn('secretsmanager', 'secret:')),
      expected: 'the ARN of the secret with the keys of STORAGE_ENDPOINT, or nothing for S3 itself',
    },
    /** `npm run ops -- check-storage` says what to set. */
    STORAGE_UPLOADS: {
      form: z.optional(z.enum(['prefix', 'bucket', 'none'])),
      expected:
        'how the store lists unfinished uploads: prefix, bucket or none; nothing for S3 and R2, which do by prefix',
    },
    STORAGE_ANSWERS_AS: {
      form: z.optional(text),
      expected: 'the name that the answers of the store give VIDEO_BUCKET, or nothing if it is the same',
    },
    /** For one worker. Several workers on one bucket find their rates by the slowdowns that the store reports. */
    STORAGE_KEYS_PER_SECOND: {
      form: z._default(wholeNumber(500, 1_000_000), DEFAULT_KEYS_PER_SECOND),
      expected: 'how many keys a worker deletes a second at most, from 500 to 1000000',
    },
    PROCESSING_DIR: { form: z._default(text, '/tmp/video_processing'), expected: 'a folder' },
  },
  runs: {
    STATE_MACHINE_ARN: {
      form: z.optional(arn('states', 'stateMachine:')),
      expected: 'the ARN of the state machine that processes videos, or nothing for none',
    },
  },
  /** A URL, or a host that takes IAM tokens. */
  database: {
    DATABASE_URL: {
      form: z.optional(url(/^postgres(ql)?$/)),
      expected: 'a URL like postgresql://user:password@host:5432/name',
      secret: true,
    },
    DATABASE_HOST: { form: z.optional(text), expected: 'the host of a database that takes IAM tokens' },
    DATABASE_PORT: { form: z._default(wholeNumber(1, 65_535), 5432), expected: 'a port' },
    DATABASE_NAME: { form: z.optional(text), expected: 'the name of the database' },
    DATABASE_USER: { form: z.optional(text), expected: 'the role to log in as' },
  },
  migration: {
    DATABASE_SERVING_USER: {
      form: z._default(roleName, 'video_deletion'),
      expected: 'the role that deletes: lower-case letters, digits and underscores',
    },
    DATABASE_READING_USER: {
      form: z._default(roleName, 'video_deletion_reader'),
      expected: 'the role that reads and hides: lower-case letters, digits and underscores',
    },
    /** A member of `rds_iam` can no longer log in with a password, and a proxy with secrets needs one. */
    DATABASE_LOG_IN: {
      form: z._default(z.enum(['token', 'password']), 'token'),
      expected:
        'token (IAM tokens reach the database) or password (the proxy logs in with the passwords of its secrets)',
    },
    DATABASE_PLATFORM_USER: {
      form: z.optional(roleName),
      expected: 'the role with which the platform logs in to register runs, or nothing if it owns videos',
    },
  },
  cache: {
    CACHE_URL: {
      form: z.optional(url(/^rediss?$/)),
      expected: 'a URL like redis://host:6379, or nothing for no cache',
      secret: true,
    },
    CACHE_MODE: { form: z._default(z.enum(['server', 'cluster']), 'server'), expected: 'server or cluster' },
    CACHE_USER: { form: z.optional(text), expected: 'the ElastiCache user that logs in with IAM tokens' },
    CACHE_NAME: { form: z.optional(text), expected: 'the name of the ElastiCache cache' },
    CACHE_SECRET_ARN: {
      form: z.optional(arn('secretsmanager', 'secret:')),
      expected: 'the ARN of the secret with the password of the cache',
    },
  },
  events: {
    EVENT_BUS_NAME: { form: z.optional(text), expected: 'the name of an event bus, or nothing for no events' },
  },
  /** What receipts state of the system that issues them. */
  issuer: {
    RECEIPT_ISSUER: { form: z._default(text, 'video-deletion'), expected: 'who answers for receipts, such as a URL' },
    RELEASE: { form: z._default(text, 'unreleased'), expected: 'the version of this software' },
  },
  /** The key that signs receipts: in KMS, or in a local file. */
  receipts: {
    RECEIPT_KEY_ID: { form: z.optional(text), expected: 'the id or ARN of the KMS key that signs receipts' },
    RECEIPT_KEY_FILE: { form: z.optional(text), expected: 'the file of the key that signs receipts' },
    /** They are published beside the current key, so that the receipts that they have signed can still be verified. */
    RECEIPT_RETIRED_KEYS: {
      form: z.optional(keySet),
      expected:
        'a JWK set of the public keys that signed receipts before, like {"keys":[{"kty":"RSA","n":"…","e":"AQAB"}]}',
    },
  },
} as const satisfies Record<string, Record<string, Setting>>;

export type Group = keyof typeof SETTINGS;

/** The parsed settings of a function that names these groups. */
export type SettingsOf<Named extends Group> = Intersection<{ [G in Named]: Parsed<(typeof SETTINGS)[G]> }[Named]>;

/** All settings, for a system that runs every function in one process. */
export type Settings = SettingsOf<Group>;
