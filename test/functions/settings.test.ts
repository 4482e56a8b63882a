import { describe, expect, it } from 'vitest';
import { readSettings, WrongSettings } from '../../functions/settings.ts';

const GIVEN = {
  DELETIONS_TABLE: 'deletions',
  CLEANUP_QUEUE_URL: 'http://127.0.0.1:1/cleanup',
  CLEANUP_DLQ_URL: 'http://127.0.0.1:1/dead',
  VIDEO_STORAGE: 's3',
  VIDEO_BUCKET: 'videos',
  DATABASE_URL: 'postgresql://deleter:secret@127.0.0.1:5432/platform',
};

function mistakeIn(changes: Record<string, string | undefined>): string {
  try {
    readSettings({ ...GIVEN, ...changes });
  } catch (error) {
    expect(error).toBeInstanceOf(WrongSettings);
    return (error as Error).message;
  }
  return 'none';
}

describe('readSettings', () => {
  it('fills in what has a usual value', () => {
    expect(readSettings(GIVEN)).toMatchObject({
      UNDO_SECONDS: 10,
      SETTLE_SECONDS: 900,
      RETENTION_DAYS: 400,
      USER_ID_CLAIM: 'sub',
      ORIGINALS_PREFIXES: 'uploads/,originals/',
      UPLOADS_DIR: '/app/uploads',
    });
  });

  it('takes an empty setting for one that is not set', () => {
    expect(readSettings({ ...GIVEN, CACHE_URL: '', UNDO_SECONDS: '' })).toMatchObject({ UNDO_SECONDS: 10 });
    expect(readSettings({ ...GIVEN, CACHE_URL: '' }).CACHE_URL).toBeUndefined();
  });

  it.each([
    [
      { DELETIONS_TABLE: undefined },
      'DELETIONS_TABLE is not set, expected the name of the DynamoDB table of tombstones',
    ],
    [{ VIDEO_STORAGE: 'ftp' }, 'VIDEO_STORAGE is "ftp", expected s3 or local'],
    [{ UNDO_SECONDS: 'ten' }, 'UNDO_SECONDS is "ten", expected a whole number from 0 to 900'],
    [{ UNDO_SECONDS: '901' }, 'UNDO_SECONDS is "901", expected a whole number from 0 to 900'],
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
  ])('says in one line what is wrong with %j', (changes, line) => {
    expect(mistakeIn(changes)).toBe(line);
  });

  it('names every mistake at once', () => {
    const lines = mistakeIn({ DELETIONS_TABLE: '', VIDEO_STORAGE: 'ftp', LOG_LEVEL: 'LOUD' }).split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['DELETIONS_TABLE', 'VIDEO_STORAGE', 'LOG_LEVEL']);
  });

  it('shows no password', () => {
    expect(mistakeIn({ DATABASE_URL: 'mysql://deleter:secret@host/name' })).not.toContain('secret');
    expect(mistakeIn({ CACHE_URL: 'http://:secret@host' })).not.toContain('secret');
  });
});
