import type { Transaction } from 'kysely';
import { isUuid, type VideoId } from '../../../deletion/video-id.ts';
import type { Database } from '../database.ts';
import { keyIs } from '../key-is.ts';

/**
 * Resolves the pending reports on the video and returns how many there were. Other reports stay as they are. `by` is
 * looked up, because the account may no longer exist, and the reports must be resolved even so.
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
