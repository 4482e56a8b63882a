import { describe, expect, it } from 'vitest';
import { checkSettings, type Group, readSettings, WrongSettings } from '../../../functions/settings/settings.ts';

const GIVEN = {
  DELETIONS_TABLE: 'deletions',
  CLEANUP_QUEUE_URL: 'http://127.0.0.1:1/cleanup',
  CLEANUP_DLQ_URL: 'http://127.0.0.1:1/dead',
  VIDEO_STORAGE: 's3',
  VIDEO_BUCKET: 'videos',
  DATABASE_URL: 'postgresql://deleter:secret@127.0.0.1:5432/platform',
  RECEIPT_KEY_FILE: '/keys/receipts.jwk',
};
const SECRET_ARN = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:storage-a1b2c3';
/** A database that takes IAM tokens, instead of the one above. */
const BY_IAM = {
  DATABASE_URL: '',
  DATABASE_HOST: 'proxy.example',
  DATABASE_NAME: 'platform',
  DATABASE_USER: 'deleter',
};

function mistakeIn(changes: Record<string, string | undefined>, groups?: Group[]): string {
  try {
    readSettings({ ...GIVEN, ...changes }, groups);
  } catch (error) {
    expect(error).toBeInstanceOf(WrongSettings);
    return (error as Error).message;
  }
  return 'none';
}

describe('checkSettings', () => {
  it('has nothing to say of what is missing, and names what is wrong', () => {
    expect(checkSettings({ UNDO_SECONDS: '10', LOG_LEVEL: '' })).toBeUndefined();
    const wrong = { UNDO_SECONDS: 'ten', DATABASE_URL: 'mysql://deleter:secret@host/name' };
    const lines = ['DATABASE_URL is malformed', 'UNDO_SECONDS is "ten", expected a whole number from 0 to 7776000'];
    for (const line of lines) expect(() => checkSettings(wrong)).toThrow(line);
    expect(() => checkSettings(wrong)).not.toThrow('secret');
  });
});

describe('readSettings', () => {
  it('fills in what has a usual value', () => {
    expect(readSettings(GIVEN)).toMatchObject({
      UNDO_SECONDS: 10,
      ADMIN_UNDO_SECONDS: 10,
      PLAYABLE_WHILE_WAITING: 'false',
      SETTLE_SECONDS: 900,
      RETENTION_DAYS: 400,
      USER_ID_CLAIM: 'sub',
      ORIGINALS_PREFIXES: 'uploads/,originals/',
      UPLOADS_DIR: '/app/uploads',
      STORAGE_KEYS_PER_SECOND: 3430,
      CACHE_MODE: 'server',
    });
  });

  it('takes an empty setting for one that is not set', () => {
    expect(readSettings({ ...GIVEN, CACHE_URL: '', UNDO_SECONDS: '' })).toMatchObject({ UNDO_SECONDS: 10 });
    expect(readSettings({ ...GIVEN, CACHE_URL: '' }).CACHE_URL).toBeUndefined();
  });

  it.each([
    ['a database with IAM tokens', BY_IAM, { DATABASE_HOST: 'proxy.example', DATABASE_PORT: 5432 }],
    ['a cache with a secret', { CACHE_URL: 'rediss://cache:6379', CACHE_SECRET_ARN: SECRET_ARN }, {}],
    ['a cache with IAM', { CACHE_URL: 'rediss://cache:6379', CACHE_USER: 'deleter', CACHE_NAME: 'platform' }, {}],
    [
      'a cache that is a cluster',
      { CACHE_URL: 'redis://cache:6379', CACHE_MODE: 'cluster' },
      { CACHE_MODE: 'cluster' },
    ],
    ['R2', { STORAGE_ENDPOINT: 'https://account.r2.example', STORAGE_SECRET_ARN: SECRET_ARN }, {}],
    ['a key in KMS', { RECEIPT_KEY_FILE: '', RECEIPT_KEY_ID: 'alias/receipts' }, { RECEIPT_KEY_ID: 'alias/receipts' }],
  ])('takes %s', (_, changes, expected) => {
    expect(readSettings({ ...GIVEN, ...changes })).toMatchObject(expected);
  });

  it('reads the groups that a function names, and looks at no others', () => {
    const { DELETIONS_TABLE } = GIVEN;
    expect(readSettings({ DELETIONS_TABLE, LOG_LEVEL: 'LOUD', DATABASE_HOST: 'proxy.example' }, ['state'])).toEqual({
      DELETIONS_TABLE,
      RETENTION_DAYS: 400,
      UNDO_SECONDS: 10,
      ADMIN_UNDO_SECONDS: 10,
      PLAYABLE_WHILE_WAITING: 'false',
      SETTLE_SECONDS: 900,
      LEASE_SECONDS: 60,
      SWEEP_AFTER_SECONDS: 120,
    });
    expect(mistakeIn({ DATABASE_URL: '', VIDEO_BUCKET: '', RECEIPT_KEY_FILE: '' }, ['log', 'database'])).toMatch(
      /^DATABASE_URL is not set.*$/,
    );
  });

  it.each([
    [
      { DATABASE_URL: '' },
      'DATABASE_URL is not set, expected a URL like postgresql://user:password@host:5432/name, or in DATABASE_HOST the host of a database that takes IAM tokens',
    ],
    [
      { ...BY_IAM, DATABASE_URL: GIVEN.DATABASE_URL },
      'DATABASE_URL and DATABASE_HOST are both set, expected one of the two',
    ],
    [
      { ...BY_IAM, DATABASE_NAME: '' },
      'DATABASE_NAME is not set, expected the name of the database, since DATABASE_HOST is set',
    ],
    [
      { ...BY_IAM, DATABASE_USER: '' },
      'DATABASE_USER is not set, expected the role to log in as, since DATABASE_HOST is set',
    ],
    [{ ...BY_IAM, DATABASE_PORT: '0' }, 'DATABASE_PORT is "0", expected a port'],
    [
      { CACHE_URL: 'redis://cache:6379', CACHE_USER: 'deleter', CACHE_NAME: 'platform' },
      'CACHE_URL is malformed, expected a URL like rediss://host:6379, since CACHE_USER is set',
    ],
    [
      { CACHE_SECRET_ARN: SECRET_ARN },
      'CACHE_URL is not set, expected a URL like rediss://host:6379, since CACHE_SECRET_ARN is set',
    ],
    [
      { CACHE_URL: 'rediss://cache:6379', CACHE_USER: 'deleter' },
      'CACHE_NAME is not set, expected the name of the ElastiCache cache, since CACHE_USER is set',
    ],
    [
      { CACHE_URL: 'rediss://cache:6379', CACHE_USER: 'deleter', CACHE_NAME: 'platform', CACHE_SECRET_ARN: SECRET_ARN },
      'CACHE_USER and CACHE_SECRET_ARN are both set, expected one of the two',
    ],
    [{ CACHE_MODE: 'sentinel' }, 'CACHE_MODE is "sentinel", expected server or cluster'],
    [
      { STORAGE_SECRET_ARN: SECRET_ARN },
      'STORAGE_ENDPOINT is not set, expected the http(s) URL of an S3 endpoint, or nothing for S3 itself, since STORAGE_SECRET_ARN is set',
    ],
    [
      { STORAGE_SECRET_ARN: 'storage', STORAGE_ENDPOINT: 'https://account.r2.example' },
      'STORAGE_SECRET_ARN is "storage", expected the ARN of the secret with the keys of STORAGE_ENDPOINT, or nothing for S3 itself',
    ],
    [
      { RECEIPT_KEY_FILE: '' },
      'RECEIPT_KEY_ID is not set, expected the id or ARN of the KMS key that signs receipts, or in RECEIPT_KEY_FILE the file of the key that signs receipts',
    ],
    [{ RECEIPT_KEY_ID: 'alias/receipts' }, 'RECEIPT_KEY_ID and RECEIPT_KEY_FILE are both set, expected one of the two'],
    [
      { DATABASE_SERVING_USER: 'Robert"; drop' },
      'DATABASE_SERVING_USER is "Robert"; drop", expected the role that deletes: lower-case letters, digits and underscores',
    ],
    [
      { DELETIONS_TABLE: undefined },
      'DELETIONS_TABLE is not set, expected the name of the DynamoDB table of tombstones',
    ],
    [{ VIDEO_STORAGE: 'ftp' }, 'VIDEO_STORAGE is "ftp", expected s3 or local'],
    [{ UNDO_SECONDS: 'ten' }, 'UNDO_SECONDS is "ten", expected a whole number from 0 to 7776000'],
    [{ UNDO_SECONDS: '7776001' }, 'UNDO_SECONDS is "7776001", expected a whole number from 0 to 7776000'],
    [
      { STORAGE_KEYS_PER_SECOND: '0' },
      'STORAGE_KEYS_PER_SECOND is "0", expected how many keys a worker deletes a second at most, from 500 to 1000000',
    ],
    [{ RETENTION_DAYS: '30' }, 'RETENTION_DAYS is "30", expected a whole number from 180 to 3650'],
    [{ CLEANUP_QUEUE_URL: 'cleanup' }, 'CLEANUP_QUEUE_URL is "cleanup", expected the URL of the cleanup queue'],
    [{ ORIGINALS_PREFIXES: '/' }, 'ORIGINALS_PREFIXES is "/", expected prefixes like uploads/,originals/'],
    [{ ORIGINALS_PREFIXES: 'uploads' }, 'ORIGINALS_PREFIXES is "uploads", expected prefixes like uploads/,originals/'],
    [
      { VIDEO_BUCKET: undefined },
      'VIDEO_BUCKET is not set, expected the name of the bucket that holds the videos, since VIDEO_STORAGE is s3',
    ],
    [
      { DISTRIBUTION_ID: 'E1' },
      'EDGE_QUEUE_URL is not set, expected the URL of the edge queue, since DISTRIBUTION_ID is set',
    ],
    [
      { DISTRIBUTION_ID: 'E1', EDGE_QUEUE_URL: 'https://sqs.example/edge', EDGE_MODE: 'both' },
      'GATE_STORE_ARN is not set, expected the ARN of the KeyValueStore that the gate at the edge reads, since EDGE_MODE is not invalidate',
    ],
    [
      {
        DISTRIBUTION_ID: 'E1',
        EDGE_QUEUE_URL: 'https://sqs.example/edge',
        EDGE_MODE: 'gate',
        GATE_STORE_ARN: 'arn:aws:cloudfront::111122223333:key-value-store/a',
      },
      'EDGE_TTL_SECONDS is not set, expected the longest that a copy lives at the edge, from 1 to 31536000, since EDGE_MODE is gate',
    ],
    [
      { DISTRIBUTION_ID: 'E1', EDGE_QUEUE_URL: 'https://sqs.example/edge', UNDO_SECONDS: '3601' },
      'UNDO_SECONDS is 3601, expected at most 3600, or EDGE_MODE gate or both, or PLAYABLE_WHILE_WAITING true, since copies at the edge can be played while a deletion waits',
    ],
    [{ EDGE_MODE: 'purge' }, 'EDGE_MODE is "purge", expected invalidate, gate or both'],
    [
      { EDGE_TTL_SECONDS: '0' },
      'EDGE_TTL_SECONDS is "0", expected the longest that a copy lives at the edge, from 1 to 31536000',
    ],
  ])('says in one line what is wrong with %j', (changes, line) => {
    expect(mistakeIn(changes)).toBe(line);
  });

  it('names every mistake at once', () => {
    const lines = mistakeIn({ DELETIONS_TABLE: '', VIDEO_STORAGE: 'ftp', LOG_LEVEL: 'LOUD' }).split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['DELETIONS_TABLE', 'LOG_LEVEL', 'VIDEO_STORAGE']);
  });

  it('shows no password', () => {
    expect(mistakeIn({ DATABASE_URL: 'mysql://deleter:secret@host/name' })).not.toContain('secret');
    expect(mistakeIn({ CACHE_URL: 'http://:secret@host' })).not.toContain('secret');
  });
});
