import { type Kysely, sql } from 'kysely';
import type { Counts } from '../../../deletion/counts.ts';
import { deletedTables, placesIn, type RowPlace, resolvedTables } from '../../../deletion/data-map/data-map.ts';
import { StepFailed } from '../../../deletion/errors.ts';
import type { VideoId } from '../../../deletion/video-id.ts';
import type { Database } from '../database.ts';
import { isUndefinedTable } from '../is-undefined-table.ts';
import { keyIs } from '../key-is.ts';
import { hiddenTables } from './hidden-tables.ts';

/**
 * Counts the rows of the video in each table of the data map, in one round trip. Tables without rows are left out.
 * Reports count while they are pending. A platform may lack the materialised view; then it is not counted.
 * @throws {StepFailed} `RowsHidden` when a table is not seen as a whole: no row of it means nothing then
 */
export async function countRows(db: Kysely<Database>, videoId: VideoId): Promise<Counts> {
  try {
    return await countIn(db, placesIn('rows'), videoId);
  } catch (error) {
    if (!isUndefinedTable(error)) throw error;
    return countIn(db, [...deletedTables(), ...resolvedTables()], videoId);
  }
}

async function countIn(db: Kysely<Database>, places: readonly RowPlace[], videoId: VideoId): Promise<Counts> {
  const counts = places.map((place) => countOne(place, videoId));
  const { rows } = await sql<{ table: string; count: string | null }>`
    select "table", count from (${sql.join(counts, sql` union all `)}) as counted where count > 0
    union all select name, null from (${hiddenTables()}) as hidden`.execute(db);
  if (rows.some(({ count }) => count === null)) throw new StepFailed('RowsHidden');
  return Object.fromEntries(rows.map(({ table, count }) => [table, Number(count)]));
}

function countOne({ table, column, action }: RowPlace, videoId: VideoId) {
  const open = action === 'resolve' ? sql`and report_type = 'video' and status = 'pending'` : sql``;
  return sql`select ${sql.lit(table)} as "table", count(*) as count
    from ${sql.table(table)} where ${keyIs(column, videoId)} ${open}`;
}
