import { S3Client } from '@aws-sdk/client-s3';
import { readSettings } from '../../functions/settings/settings.ts';
import { connectDatabase } from '../../functions/stores/postgres/connect-database.ts';
import { databaseAddress } from '../../functions/stores/postgres/database-address.ts';
import { bucketOutput } from '../processing/outputs.ts';
import { seedPlatform } from './seed-platform.ts';

/**
 * Fills the sample platform at deployment: accounts, videos that play, and the rows of viewers. A platform that has
 * been filled before stays as it is, so deleted videos stay deleted.
 */
export async function handler(): Promise<{ seeded: boolean }> {
  const { VIDEO_BUCKET: bucket, VIDEO_ORIGIN: cdnUrl } = process.env;
  if (!bucket || !cdnUrl) throw new Error('VIDEO_BUCKET and VIDEO_ORIGIN must both be set');
  const db = connectDatabase(databaseAddress(readSettings(process.env, ['database'])), { maxConnections: 1 });
  try {
    return { seeded: await seedPlatform({ db, cdnUrl, putFile: bucketOutput(new S3Client(), bucket) }) };
  } finally {
    await db.destroy();
  }
}
