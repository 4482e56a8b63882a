import Table from 'cli-table3';
import pc from 'picocolors';
import { type Counts, plusCounts } from '../functions/deletion/counts.ts';
import type { StepState } from '../functions/deletion/record/steps.ts';
import type { State } from '../functions/deletion/record/tombstone.ts';
import { visible } from './visible.ts';

/** A text of ours with its colours. It contains nothing from outside. */
export type Painted = { painted: string };
/** What is printed in one place. Texts from outside are shown with their control characters visible. */
export type Cell = string | Painted | readonly (string | Painted)[];

function shown(cell: Cell): string {
  const parts = Array.isArray(cell) ? (cell as readonly (string | Painted)[]) : [cell as string | Painted];
  return parts.map((part) => (typeof part === 'string' ? visible(part) : part.painted)).join('');
}

/** A table without lines between its rows. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const printed = new Table({
    head: head.map((name) => pc.bold(name)),
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) printed.push(row.map(shown));
  return printed.toString();
}

/** Lines of `name  value`, in two columns. Lines without a value are left out. */
export function facts(lines: readonly (readonly [string, Cell | undefined])[]): string {
  const known = lines.filter((line): line is [string, Cell] => line[1] !== undefined && line[1] !== '');
  const width = Math.max(...known.map(([name]) => name.length));
  return known.map(([name, value]) => `${pc.dim(name.padEnd(width))}  ${shown(value)}`).join('\n');
}

/** `3 objects, 1 upload, 12,000 bytes`; nothing is `–`. With `atLeast`: `at least 3 objects`. */
export function inWords(counts: Readonly<Partial<Counts>>, atLeast = false): string {
  const known = Object.entries(plusCounts({}, counts)).filter(([, count]) => count > 0);
  const words = known.map(([kind, count]) => `${count.toLocaleString('en')} ${kind}`).join(', ');
  return atLeast ? `at least ${words || '0'}` : words || '–';
}

const COLOURS: Partial<Record<State | StepState, (text: string) => string>> = {
  deleted: pc.green,
  done: pc.green,
  failed: pc.red,
  held: pc.yellow,
  provisional: pc.yellow,
};

/** A state in its colour. */
export function coloured(state: State | StepState): string | Painted {
  const paint = COLOURS[state];
  return paint ? { painted: paint(state) } : state;
}

/** An instant in UTC without fractions of a second: `2026-11-22 10:00:07`. */
export function time(iso: string | undefined): string {
  return iso ? iso.replace('T', ' ').replace(/(\.\d+)?Z$/, '') : '';
}
