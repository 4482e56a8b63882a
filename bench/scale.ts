import { DELETION, type EdgeWay, limitsOf, rateOf } from './scale/limits.ts';
import { simulate } from './scale/simulate.ts';
import { tableOf } from './table.ts';

export type ScaleOptions = {
  /** How many objects are deleted in total. */
  objects: number;
};

const RATES = [1, 100, 10_000];
const EDGES: (EdgeWay | undefined)[] = [undefined, 'wildcards', 'tags', 'gate'];

/**
 * The tables for people: how many deletions each limit lets through, then how long a steady rate of them takes for all
 * objects.
 */
export function scaleTables({ objects }: ScaleOptions): string {
  return [limitsTable(), simulationTable(objects)].join('\n');
}

function limitsTable(): string {
  const all = [...limitsOf(), ...EDGES.flatMap((edge) => (edge ? limitsOf(edge).slice(-1) : []))];
  const rows = all.map((limit) => [
    limit.name,
    limit.perSecond.toLocaleString('en'),
    limit.each.toLocaleString('en'),
    perSecond(rateOf(limit, false)),
    perSecond(rateOf(limit, true)),
  ]);
  return tableOf(['limit', 'a second', 'for one', 'deletions/s', 'raised'], rows);
}

function simulationTable(objects: number): string {
  const deletions = Math.ceil(objects / DELETION.objects);
  const rows = [false, true].flatMap((isRaised) =>
    EDGES.flatMap((edge) =>
      RATES.map((arrivals) => {
        const { seconds, longestWait, binding } = simulate(limitsOf(edge), { arrivals, deletions, isRaised });
        const name = `${edge ?? 'no edge'}, ${isRaised ? 'raised' : 'as deployed'}`;
        return [name, perSecond(arrivals), inDays(seconds), inDays(longestWait), binding?.name ?? 'nothing'];
      }),
    ),
  );
  const head = ['edge', 'arrive/s', `${objects.toLocaleString('en')} objects`, 'longest wait', 'binds'];
  return tableOf(head, rows);
}

function perSecond(rate: number): string {
  return rate.toLocaleString('en', { maximumSignificantDigits: 3 });
}

function inDays(seconds: number): string {
  const days = seconds / 86_400;
  if (days >= 1) return `${days.toFixed(1)} days`;
  return seconds >= 3600 ? `${(seconds / 3600).toFixed(1)} h` : `${Math.ceil(seconds / 60)} min`;
}
