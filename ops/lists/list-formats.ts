import { isEdgeDone } from '../../functions/deletion/record/gate.ts';
import { nextWorkAt } from '../../functions/deletion/record/schedule.ts';
import { isDone, STEP_NAMES } from '../../functions/deletion/record/steps.ts';
import { legalHoldOf, stateBehindHold, type Tombstone } from '../../functions/deletion/record/tombstone.ts';
import { deletionSummary } from '../../functions/http/deletion-view.ts';
import type { Report } from '../act.ts';
import { ago, type Cell, coloured, columns, time } from '../print.ts';
import { visible, visibleJson } from '../visible.ts';

export const FORMATS = ['table', 'wide', 'json', 'jsonl', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

type Listed = { format: Format; isMore: boolean; limit: number; now: Date };

/** The viewer for whom the summary leaves nothing out. */
const ADMIN = { isAdmin: true };

/** A list of deletions as it is printed. */
export function printed(found: readonly Tombstone[], { format, isMore, limit, now }: Listed): Report {
  const json = { deletions: found.map((deletion) => deletionSummary(deletion, ADMIN, now)), more: isMore };
  if (format === 'json') return { json, text: visibleJson(json) };
  const rest = isMore ? `There are more than ${limit}: list them with --all or a higher --limit.` : '';
  const note = rest && { note: rest };
  if (format === 'jsonl') return { json, text: json.deletions.map((one) => visibleJson(one, 0)).join('\n'), ...note };
  if (format === 'csv') return { json, text: csvOf(found), ...note };
  if (found.length === 0) return { json, text: 'No deletion was found.' };
  const lines = format === 'wide' ? wideOf(found) : tableOf(found, now);
  return { json, text: rest ? `${lines}\n${rest}` : lines };
}

/** Fits 80 columns: what does not is cut at the end. */
function tableOf(found: readonly Tombstone[], now: Date): string {
  const rows = found.map((one): Cell[] => [one.videoId, coloured(one.state), ageOf(one, now), waitsFor(one)]);
  return columns(['video', 'state', 'age', 'waits for'], rows);
}

function wideOf(found: readonly Tombstone[]): string {
  const head = ['video', 'state', 'owner', 'requested', 'steps', 'attempts', 'waits for'];
  return columns(head, found.map(cellsOf), Number.MAX_SAFE_INTEGER);
}

function cellsOf(one: Tombstone): Cell[] {
  const { videoId, state, ownerId, steps, attempts } = one;
  const done = STEP_NAMES.filter((name) => isDone(steps[name])).length;
  return [
    videoId,
    coloured(state),
    ownerId,
    requestedOf(one),
    `${done}/${STEP_NAMES.length}`,
    String(attempts),
    waitsFor(one),
  ];
}

/** RFC 4180, but for the ends of lines, which are those of the shell. */
function csvOf(found: readonly Tombstone[]): string {
  const head = ['videoId', 'state', 'ownerId', 'requestedAt', 'undoableUntil', 'deletedAt', 'attempts', 'waitsFor'];
  const rows = found.map((one) => [
    one.videoId,
    one.state,
    one.ownerId,
    isUnasked(one) ? '' : one.requestedAt,
    isUnasked(one) ? '' : one.undoableUntil,
    one.deletedAt ?? '',
    String(one.attempts),
    waitsFor(one),
  ]);
  return [head, ...rows].map((row) => row.map(quoted).join(',')).join('\n');
}

/** Spreadsheets take a text that begins with `=`, `+`, `-` or `@` for a formula. */
function quoted(text: string): string {
  const safe = visible(/^[=+\-@]/.test(text) ? `'${text}` : text);
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const isUnasked = (one: Tombstone) => stateBehindHold(one) === 'none';
const ageOf = (one: Tombstone, now: Date) => (isUnasked(one) ? '' : ago(one.requestedAt, now));
const requestedOf = (one: Tombstone) => (isUnasked(one) ? '' : time(one.requestedAt));

/** What has to happen before the deletion goes on. */
export function waitsFor(deletion: Tombstone): string {
  const { state, steps } = deletion;
  const hold = legalHoldOf(deletion);
  if (hold) return `the release of ${hold.code} ${hold.caseNumber}`;
  const failed = STEP_NAMES.filter((name) => steps[name].state === 'failed');
  const errors = failed.map((name) => `${name} ${steps[name].error ?? ''}`.trim()).join(', ');
  if (state === 'failed') return `a replay: ${errors}`;
  const dueAt = nextWorkAt(deletion);
  if (state === 'deleted' || !dueAt) return '';
  return [errors, edgeOf(deletion), `due ${time(dueAt)}`].filter(Boolean).join(', ');
}

/** An invalidation that does not complete keeps a deletion from its end, though no step has failed. */
function edgeOf(deletion: Tombstone): string {
  const { state, edge } = deletion;
  if (state !== 'settling' || !edge || isEdgeDone(deletion)) return '';
  return `the edge, since ${time(edge.requestedAt)}`;
}
