import { setTimeout } from 'node:timers/promises';
import { Signer } from '@aws-sdk/rds-signer';
import type { Context } from 'aws-lambda';
import type { Kysely } from 'kysely';
import { connectDatabase } from '../../functions/stores/postgres/connect-database.ts';
import type { Database } from '../../functions/stores/postgres/database.ts';
import { isUnavailable } from '../../functions/stores/postgres/is-unavailable.ts';
import { migrate } from './migrate.ts';

const PORT = 5432;
const RETRY_MILLISECONDS = 5_000;
/** No new attempt is started with less time left than this. */
const LAST_ATTEMPT_MILLISECONDS = 60_000;

/**
 * Creates the sample platform's schema at deployment, as a Lambda function that logs in with IAM tokens. A new proxy
 * refuses logins for some minutes, so it tries again until its own time is nearly up.
 */
export async function handler(_event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> {
  const { DATABASE_HOST: host, DATABASE_NAME: name, DATABASE_USER: user } = process.env;
  if (!host || !name || !user) throw new Error('DATABASE_HOST, DATABASE_NAME and DATABASE_USER must all be set');
  const signer = new Signer({ hostname: host, port: PORT, username: user });
  const address = { host, port: PORT, name, user, password: () => signer.getAuthToken() };
  const db = connectDatabase(address, { maxConnections: 1, silenceMilliseconds: Number.POSITIVE_INFINITY });
  const mayRetry = (error: unknown) =>
    isUnavailable(error) && context.getRemainingTimeInMillis() > LAST_ATTEMPT_MILLISECONDS;
  try {
    await migrateWhenReachable(db, mayRetry);
  } finally {
    await db.destroy();
  }
}

async function migrateWhenReachable(db: Kysely<Database>, mayRetry: (error: unknown) => boolean): Promise<void> {
  for (;;) {
    try {
      return await migrate(db);
    } catch (error) {
      if (!mayRetry(error)) throw error;
      await setTimeout(RETRY_MILLISECONDS);
    }
  }
}
