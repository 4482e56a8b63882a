import { isDeepStrictEqual } from 'node:util';
import type { Receipt } from '../../functions/deletion/record/receipt.ts';
import { verifyReceipt } from '../../functions/stores/signing/verify-receipt.ts';
import type { Prepared } from './demo.ts';
import type { DemoApi } from './demo-api.ts';
import type { Findings } from './left-over.ts';

/** The verified receipt of a video. @throws when it is refused, or is the receipt of another video */
async function readReceipt(api: DemoApi, videoId: string): Promise<Receipt> {
  const receipt = await verifyReceipt(await api.receipt(videoId), await api.receiptKeys());
  if (receipt.sub !== videoId) throw new Error(`The receipt for ${videoId} is about ${receipt.sub}`);
  return receipt;
}

/** What was deleted according to a receipt, in the demo's own kinds of counts. */
export function removedBy({ counts, resolved }: Receipt): Findings {
  const { hide = {}, cancelRuns = {}, deleteObjects = {}, deleteRows = {}, invalidateCache = {} } = counts;
  const sum = (kind: string) => (hide[kind] ?? 0) + (invalidateCache[kind] ?? 0);
  return {
    storage: deleteObjects,
    rows: { ...deleteRows, ...resolved },
    cache: { keys: sum('keys'), ownerKeys: sum('ownerKeys'), pages: sum('pages') },
    edge: {},
    runs: { running: cancelRuns.stopped ?? 0 },
  };
}

/** What only the demo counts. The receipt has no figures for it. */
const UNCOUNTED = ['video_stats', 'lists'];

/**
 * Reads both receipts and compares their figures with what was found before. If a process was killed in between, its
 * last counts are in no receipt. Then only the receipts themselves are verified.
 */
export async function checkReceipts(
  api: DemoApi,
  { demo, found }: Prepared,
  { wasKilled }: { wasKilled: boolean },
): Promise<{ receipt: Receipt; problems: string[] }> {
  const receipt = await readReceipt(api, demo.videoId);
  const { exceptions } = await readReceipt(api, demo.misnamedId);
  const problems = wasKilled ? [] : receiptMistakes(found, receipt);
  const { notOurs, kept = 0, notFound = 0 } = exceptions;
  const counted = { notOurs: notOurs?.count ?? 0, kept, notFound };
  const isRight = wasKilled || isDeepStrictEqual(counted, { notOurs: 1, kept: 1, notFound: 0 });
  if (!isRight) problems.push(`the misnamed video's receipt excepts ${JSON.stringify(counted)}`);
  return { receipt, problems };
}

/**
 * Where the receipt states another number than was found. It may state more of what grew until the run was stopped, and
 * of what readers put back into the cache.
 */
function receiptMistakes(found: Findings, receipt: Receipt): string[] {
  const removed = removedBy(receipt);
  return (['storage', 'rows', 'cache', 'runs'] as const).flatMap((store) =>
    Object.entries(found[store]).flatMap(([kind, count]) => {
      const claimed = removed[store][kind] ?? 0;
      const isRight = store === 'rows' ? claimed === count : claimed >= count;
      if (isRight || UNCOUNTED.includes(kind)) return [];
      return [`the receipt says ${claimed} ${kind} where ${count} were found`];
    }),
  );
}
