import type { Transaction } from 'kysely';
import { isUuid, type VideoId } from '../../../deletion/video-id.ts';
import type { Database } from '../database.ts';
import { keyIs } from '../key-is.ts';

/**
 * Settles what is pending against the video; how many reports that was. Settled ones and those on users stay as they are.
 * `by` is looked up, because an account may be gone by now and the reports must be settled all the same.
 */
export async function resolveReports(
  trx: Transaction<Database>,
  videoId: VideoId,
  { by, at }: { by: string; at: Date },
): Promise<number> {
  const { numUpdatedRows } = await trx
    .updateTable('reports')
    .set((report) => ({
      status: 'resolved',
      resolved_by: report
        .selectFrom('users')
        .select('id')
        .where('id', '=', isUuid(by) ? by : null),
      resolved_at: at,
    }))
    .where(keyIs('target_id', videoId))
    .where('report_type', '=', 'video')
    .where('status', '=', 'pending')
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}
