import { createPostgresRows } from '../../../../functions/stores/postgres/postgres-rows.ts';
import { describeVideoRows } from '../../../contracts/video-rows.ts';
import { freshDatabase } from '../../../support/postgres.ts';
import { seedRows } from '../../../support/seed-rows.ts';

describeVideoRows('PostgreSQL', async () => {
  const { db, drop } = await freshDatabase();
  return { rows: createPostgresRows(db), seed: seedRows(db), close: drop };
});
