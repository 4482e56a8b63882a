import { stripVTControlCharacters } from 'node:util';
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

/** An instant in UTC without fractions of a second: `2026-11-22 10:00:07Z`. */
export function time(iso: string | undefined): string {
  return iso ? iso.replace('T', ' ').replace(/(\.\d+)?Z$/, 'Z') : '';
}

/** How long ago, in the largest unit that fits: `45 s`, `12 min`, `3 h`, `9 d`. */
export function ago(iso: string, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(iso)) / 1_000));
  const units = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
  ] as const;
  const [size, unit] = units.find(([least]) => seconds >= least) ?? [1, 's'];
  return `${Math.floor(seconds / size)} ${unit}`;
}

/** The width that terminals have unless they say otherwise. */
const USUAL_WIDTH = 80;

/** Columns without lines. The last one is cut so that a row fits the terminal. */
export function columns(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  width = process.stdout.columns,
): string {
  const texts = [head.map((name) => ({ painted: pc.bold(name) })), ...rows].map((row) => row.map(shown));
  const widths = head.map((_, n) => Math.max(...texts.map((row) => stripVTControlCharacters(row[n] ?? '').length)));
  const left = (width || USUAL_WIDTH) - widths.slice(0, -1).reduce((sum, one) => sum + one + 2, 0);
  return texts.map((row) => lineOf(row, widths, left)).join('\n');
}

function lineOf(row: readonly string[], widths: readonly number[], left: number): string {
  return row
    .map((text, n) => {
      const plain = stripVTControlCharacters(text);
      if (n === row.length - 1) return plain.length > left ? `${plain.slice(0, Math.max(1, left - 1))}…` : text;
      return `${text}${' '.repeat(Math.max(0, (widths[n] ?? 0) - plain.length))}`;
    })
    .join('  ')
    .trimEnd();
}
