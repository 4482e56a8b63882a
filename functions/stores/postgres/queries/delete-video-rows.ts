import type { Transaction } from 'kysely';
import { sql } from 'kysely';
import type { Counts } from '../../../deletion/counts.ts';
import { batchedTables, type ChildTable } from '../../../deletion/data-map/data-map.ts';
import type { VideoId } from '../../../deletion/video-id.ts';
import type { Database } from '../database.ts';
import { keyIs } from '../key-is.ts';
import { resolveReports } from './resolve-reports.ts';

/** There are registered runs that nobody has stopped yet. */
export class RunsMissed extends Error {
  override name = 'RunsMissed';
  readonly runs: string[];
  constructor(runs: string[]) {
    super('There are runs that nobody has stopped');
    this.runs = runs;
  }
}

/**
 * The last transaction of a video: deletes the children that the batches left, resolves the pending reports and deletes
 * the video.
 * @param resolution.known the runs that were stopped
 * @returns how many rows of each table were deleted (of `reports`: resolved), without zeros
 * @throws {RunsMissed} when other runs are registered: the transaction must be rolled back
 */
export async function deleteVideoRows(
  trx: Transaction<Database>,
  videoId: VideoId,
  { known, ...resolution }: { by: string; at: Date; known: readonly string[] },
): Promise<Counts> {
  await lockVideo(trx, videoId);
  const runs = await deleteRuns(trx, videoId);
  const missed = runs.filter((run) => !known.includes(run));
  if (missed.length > 0) throw new RunsMissed(missed);
  const counts: Counts = { processing_runs: runs.length };
  for (const place of batchedTables()) counts[place.table] = await deleteChildren(trx, place, videoId);
  counts.reports = await resolveReports(trx, videoId, resolution);
  counts.videos = await deleteRowOf(trx, videoId);
  return withoutZeros(counts);
}

/** Until the commit, nobody can add a child: the foreign key of an insert needs a shared lock on this row. */
async function lockVideo(trx: Transaction<Database>, videoId: VideoId): Promise<void> {
  await trx.selectFrom('videos').select('id').where('id', '=', videoId).forUpdate().execute();
}

async function deleteRuns(trx: Transaction<Database>, videoId: VideoId): Promise<string[]> {
  const runs = await trx
    .deleteFrom('processing_runs')
    .where('video_id', '=', videoId)
    .returning('execution_arn')
    .execute();
  return runs.map((run) => run.execution_arn);
}

async function deleteChildren(trx: Transaction<Database>, place: ChildTable, videoId: VideoId): Promise<number> {
  const statement = sql`delete from ${sql.table(place.table)} where ${keyIs(place.column, videoId)}`;
  const { numAffectedRows } = await statement.execute(trx);
  return Number(numAffectedRows);
}

async function deleteRowOf(trx: Transaction<Database>, videoId: VideoId): Promise<number> {
  const { numDeletedRows } = await trx.deleteFrom('videos').where('id', '=', videoId).executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

function withoutZeros(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
