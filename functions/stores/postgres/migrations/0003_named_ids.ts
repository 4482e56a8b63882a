import type { Kysely } from 'kysely';
import { createIdsIn } from './named-ids.ts';

/** Adds the function that finds the ids in a video's URLs. Its index is built afterwards, outside any transaction. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createIdsIn(db);
}
