import type { VideoApi } from '../client/createVideoApi.ts';
import type { Kept } from './judgeReceipt.ts';

/**
 * What the service keeps of a video's deletion: every receipt that it has issued, and for an admin the history. It is
 * read after the receipt, so that it is not older.
 * @param jws the receipt that is compared with it
 */
export async function readKept(
  api: Pick<VideoApi, 'receipts' | 'deletion'>,
  { videoId, jws, withHistory }: { videoId: string; jws: string; withHistory: boolean },
): Promise<Kept> {
  const [issued, deletion] = await Promise.all([
    api.receipts(videoId),
    withHistory ? api.deletion(videoId) : undefined,
  ]);
  const { deletionId, history, folded, ownerId, requests, requestedAt } = deletion ?? {};
  return {
    ...{ videoId, issued, jws },
    ...(deletionId && history && { deletionId, history, ...(folded && { folded }) }),
    ...(ownerId && { ownerId }),
    ...(requests && { requests }),
    ...(requestedAt && { requestedAt }),
  };
}
