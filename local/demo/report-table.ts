import Table from 'cli-table3';
import pc from 'picocolors';
import { removedBy } from './check-receipt.ts';
import type { Findings } from './left-over.ts';
import type { DemoResult } from './run-demo.ts';

/** Every store, and the step that empties it. */
const STORES: Record<keyof Findings, { title: string; step: string }> = {
  runs: { title: 'processing', step: 'cancelRuns' },
  storage: { title: 'storage', step: 'deleteObjects' },
  rows: { title: 'rows', step: 'deleteRows' },
  cache: { title: 'cache', step: 'invalidateCache' },
  edge: { title: 'edge', step: 'invalidateEdge' },
};

/** Kinds whose names need an explanation. */
const KINDS: Record<string, string> = {
  running: 'runs',
  objects: 'objects and the original',
  versions: 'noncurrent versions',
  deleteMarkers: 'delete markers',
  uploads: 'unfinished uploads',
  reports: 'pending reports (resolved)',
  video_stats: 'video_stats (view)',
  ownerKeys: "owner's keys",
  pages: 'feed pages',
  lists: 'lists of pages',
  copies: 'cached copies',
  served: 'addresses served',
};

/** For each store: what was found, what the receipt says was deleted, what is left, and how long the step took. */
export function reportTable(result: DemoResult): string {
  const table = new Table({
    head: ['store', '', 'found', 'deleted', 'left', 'time'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const store of Object.keys(STORES) as (keyof Findings)[]) table.push(...linesOf(store, result));
  table.push(['neighbours', 'with a SHA-256', number(result.neighbours), '0', `${number(result.whole)} unchanged`, '']);
  return table.toString();
}

function linesOf(store: keyof Findings, result: DemoResult): string[][] {
  const { found, left, receipt } = result;
  const { title, step } = STORES[store];
  const claimed = receipt ? removedBy(receipt)[store] : {};
  const kinds = Object.keys(found[store]).filter((kind) => (found[store][kind] ?? 0) + (left[store][kind] ?? 0) > 0);
  return kinds.map((kind, line) => {
    const [before = 0, after = 0] = [found[store][kind], left[store][kind]];
    return [
      line === 0 ? title : '',
      KINDS[kind] ?? kind,
      number(before),
      number(claimed[kind] ?? before - after),
      after > 0 ? pc.red(number(after)) : pc.green('0'),
      line === 0 ? timeOf(result, step) : '',
    ];
  });
}

/** The time from the step's first start to its last end, and the number of passes. */
function timeOf({ deletion, receipt }: DemoResult, step: string): string {
  const { startedAt, finishedAt, attempts = 0 } = deletion.steps.find(({ name }) => name === step) ?? {};
  // The step only requests the invalidation, so the time runs until the edge has completed it.
  const end = step === 'invalidateEdge' ? receipt?.edge?.completedAt : finishedAt;
  if (!startedAt || !end) return '';
  const time = `${number(Date.parse(end) - Date.parse(startedAt))} ms`;
  return attempts > 1 ? `${attempts} passes in ${time}` : time;
}

function number(count: number): string {
  return count.toLocaleString('en');
}
