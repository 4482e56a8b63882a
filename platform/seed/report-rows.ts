import type { NewRow } from '../../functions/stores/postgres/database.ts';
import { userIdOf } from './accounts.ts';
import { sampleId } from './sample-id.ts';
import { SAMPLE_VIDEOS } from './sample-videos.ts';

const RESOLVED_AT = new Date('2026-11-21T09:00:00.000Z');

const closed = { resolved_by: userIdOf('rosa'), resolved_at: RESOLVED_AT };

/**
 * Reports of both types with every status. The first video has one report of each status, and so does the account of
 * ana.
 */
export function reportRows(): NewRow<'reports'>[] {
  const aboutVideo = { report_type: 'video', target_id: videoId(0) } as const;
  const aboutAna = { report_type: 'user', target_id: userIdOf('ana') } as const;
  const reports: Omit<NewRow<'reports'>, 'id' | 'reporter_id'>[] = [
    { ...aboutVideo, reason: 'My number plate can be read', status: 'pending' },
    { ...aboutVideo, reason: 'Wrong title', status: 'resolved', ...closed },
    { ...aboutVideo, reason: 'I do not like harbours', status: 'dismissed', ...closed },
    { ...aboutAna, reason: 'Uses my photo as a profile picture', status: 'pending' },
    { ...aboutAna, reason: 'Spam in a description', status: 'resolved', ...closed },
    { ...aboutAna, reason: 'Unfriendly', status: 'dismissed', ...closed },
    { report_type: 'video', target_id: videoId(1), reason: 'Somebody else filmed this', status: 'pending' },
    { report_type: 'user', target_id: userIdOf('max'), reason: 'Insults people', status: 'resolved', ...closed },
  ];
  return reports.map((report, index) => ({
    id: sampleId('report', index + 1),
    reporter_id: sampleId('viewer', index + 1),
    ...report,
  }));
}

function videoId(index: number): string {
  return SAMPLE_VIDEOS[index]?.id ?? '';
}
