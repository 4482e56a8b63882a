import type { Demo, Prepared } from './demo.ts';
import type { DemoStores } from './demo-stores.ts';
import { differences, fingerprintRecords, fingerprintStorage } from './fingerprints.ts';
import { edgePathsOf, type Findings, isRunning, lookEverywhere } from './left-over.ts';
import { oddThingsLeft } from './odd-things.ts';
import { REPORT_REASON } from './video/video-rows.ts';

export type Outcome = {
  /** What the stores still hold of the video. */
  left: Findings;
  /** The number of neighbouring things, and how many of them are unchanged. */
  neighbours: number;
  whole: number;
  /** What is wrong, one line for each problem. */
  problems: string[];
};

/** Checks every store: what must be gone, what must have changed, and what must be unchanged. */
export async function checkOutcome(stores: DemoStores, { demo, before }: Prepared): Promise<Outcome> {
  const left = await lookEverywhere(stores, { videoId: demo.videoId, runs: [demo.run] });
  const leftOfMisnamed = await lookEverywhere(stores, { videoId: demo.misnamedId, runs: [] });
  const after = { ...(await fingerprintStorage(stores.storage, demo)), ...(await fingerprintRecords(stores, demo)) };
  const disturbed = differences(before, after, demo);
  return {
    left,
    neighbours: Object.keys(before).length,
    whole: Object.keys(before).filter((name) => after[name] === before[name]).length,
    problems: [
      ...remains(left, 'the video'),
      ...remains(leftOfMisnamed, 'the misnamed video'),
      ...(await oddThingsLeft(stores, demo)).map(
        (name) => `storage: ${JSON.stringify(name)} of the misnamed video left`,
      ),
      ...(await openReports(stores, demo)),
      ...(await interrupted(stores, demo)),
      ...disturbed.map((what) => `a neighbour ${what}`),
    ],
  };
}

function remains(left: Findings, whose: string): string[] {
  return Object.entries(left).flatMap(([store, counts]) =>
    Object.entries(counts).flatMap(([kind, count]) =>
      count > 0 ? [`${store}: ${count} ${kind} of ${whose} left`] : [],
    ),
  );
}

/**
 * Pending reports on the videos must be resolved by the user who requested the deletion, and otherwise be unchanged.
 */
async function openReports({ db }: DemoStores, { pendingReports, ownerId, deleted }: Demo): Promise<string[]> {
  if (pendingReports.length === 0) return [];
  const resolved = await db
    .selectFrom('reports')
    .select('id')
    .where('id', 'in', pendingReports)
    .where('status', '=', 'resolved')
    .where('resolved_by', '=', ownerId)
    .where('resolved_at', 'is not', null)
    .where('target_id', 'in', deleted)
    .where('report_type', '=', 'video')
    .where('reason', '=', REPORT_REASON)
    .where('reporter_id', 'is', null)
    .execute();
  const ids = resolved.map(({ id }) => id);
  return pendingReports
    .filter((id) => !ids.includes(id))
    .map((id) => `the report ${id} is not resolved as it should be`);
}

/** The neighbour's run must go on, and the edge must still serve its page from the cache. */
async function interrupted(
  { runs, edge, storage }: DemoStores,
  { neighbourRun, neighbourId }: Demo,
): Promise<string[]> {
  const problems = (await isRunning(runs, neighbourRun)) ? [] : ["the neighbour's run was stopped"];
  if (!edge) return problems;
  const answer = await fetch(edge.url + edgePathsOf(storage, neighbourId)[0]);
  await answer.arrayBuffer();
  const isHit = answer.headers.get('x-cache') === 'Hit from cloudfront';
  return isHit ? problems : [...problems, "the neighbour's page is no longer cached at the edge"];
}
