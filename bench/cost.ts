import { billOf, dollarsOf, type Line } from './cost/bill.ts';
import { countDeletions, type DeletionCalls, type EdgeMode } from './cost/count-deletions.ts';
import { naiveBill } from './cost/naive.ts';
import { PRICES } from './prices.ts';
import { ratio, tableOf } from './table.ts';

export type CostOptions = {
  /** How many videos are deleted in the counted run. */
  videos: number;
  objects: number;
};

/** The bill is for this many deletions. */
const BILLED = 1_000_000;

/** The target for the bill, in dollars. */
const TARGETS: Partial<Record<EdgeMode, number>> = { none: 60, gate: 125 };

/** Counts the calls of deletions for each edge mode, in real runs on the local system. */
export async function measureCost(options: CostOptions): Promise<DeletionCalls[]> {
  const counted: DeletionCalls[] = [];
  for (const edge of ['none', 'gate', 'invalidate'] as const) counted.push(await countDeletions({ ...options, edge }));
  return counted;
}

/** The tables for people: the lines of each bill, then all bills compared with the plain design's. */
export function costTables(counted: readonly DeletionCalls[], { objects }: Pick<CostOptions, 'objects'>): string {
  const bills = counted.map((one) => ({ edge: one.edge, lines: billOf(one) }));
  return [...bills.map(({ edge, lines }) => linesTable(edge, lines)), totalsTable(bills, objects)].join('\n');
}

function linesTable(edge: EdgeMode, lines: readonly Line[]): string {
  const rows = lines
    .map((line) => ({ ...line, dollars: dollarsOf([line], BILLED) }))
    .sort((one, other) => other.dollars - one.dollars)
    .map(({ item, priced, amount, assumed, dollars }) => [
      item,
      `${Number(amount.toPrecision(3))}${assumed ? ' assumed' : ''}`,
      PRICES[priced].unit,
      inDollars(dollars),
    ]);
  return tableOf([`edge: ${edge}`, 'for one', 'of', 'for a million'], rows);
}

function totalsTable(bills: readonly { edge: EdgeMode; lines: Line[] }[], objects: number): string {
  const naive = dollarsOf(naiveBill({ objects, paths: objects }), BILLED);
  const wildcards = dollarsOf(naiveBill({ objects, paths: 1 }), BILLED);
  const rows = bills.map(({ edge, lines }) => {
    const dollars = dollarsOf(lines, BILLED);
    const target = TARGETS[edge];
    return [edge, inDollars(dollars), target === undefined ? '' : inDollars(target), ratio(naive, dollars)];
  });
  return tableOf(
    ['a million deletions', 'list price', 'target', 'plain design ÷ this'],
    [
      ...rows,
      ['plain design, a wildcard for each video', inDollars(wildcards), '', ratio(naive, wildcards)],
      ['plain design, a path for each file', inDollars(naive), '', ratio(naive, naive)],
    ],
  );
}

function inDollars(dollars: number): string {
  const digits = dollars < 100 ? 2 : 0;
  return `$${dollars.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}
