import Table from 'cli-table3';
import { median } from '../../bench/cold-start.ts';
import { STEP_NAMES } from '../../functions/deletion/record/steps.ts';
import { KILL_POINTS, KILLED_STATES } from './kill-points.ts';
import type { Kill } from './kill-processes.ts';

/** How many kills there were in each state, as the tombstone had it, and in each step. */
export function countKills(kills: readonly Kill[]): { states: Record<string, number>; steps: Record<string, number> } {
  const count = (isCounted: (kill: Kill) => boolean) => kills.filter(isCounted).length;
  return {
    states: Object.fromEntries(KILLED_STATES.map((name) => [name, count(({ state }) => state === name)])),
    steps: Object.fromEntries(STEP_NAMES.map((name) => [name, count(({ point }) => KILL_POINTS[point].step === name)])),
  };
}

/** For people. */
export function killTable(kills: readonly Kill[], { seconds }: { seconds: number }): string {
  const table = new Table({
    head: ['killed in', '', 'kills', 'before a call', 'after it'],
    colAligns: ['left', 'left', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  const add = (kind: string, name: string, own: Kill[]) => {
    const after = own.filter(({ phase }) => phase === 'after').length;
    table.push([kind, name, own.length, own.length - after, after]);
  };
  for (const name of KILLED_STATES)
    add(
      'state',
      name,
      kills.filter(({ state }) => state === name),
    );
  for (const name of STEP_NAMES)
    add(
      'step',
      name,
      kills.filter(({ point }) => KILL_POINTS[point].step === name),
    );
  const deletions = new Set(kills.map(({ deletion }) => deletion)).size;
  return [
    table.toString(),
    `${kills.length} kills and as many restarts, ${deletions} deletions, ${seconds.toFixed(0)} s`,
    `open at a kill: ${spread(kills.map(({ open }) => open))}; at work: ${spread(kills.map(({ atWork }) => atWork))}`,
    `boot: ${spread(kills.map(({ bootMilliseconds }) => Math.round(bootMilliseconds)))} ms`,
  ].join('\n');
}

function spread(numbers: readonly number[]): string {
  return `${Math.min(...numbers)} – ${median(numbers)} – ${Math.max(...numbers)}`;
}
