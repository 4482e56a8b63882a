import type { Deletion } from '../../client/types.ts';

const HEAD = [
  'videoId',
  'deletionId',
  'state',
  'ownerId',
  'reason',
  'requestedAt',
  'undoableUntil',
  'deletedAt',
  'attempts',
  'failedSteps',
];

/** The deletions as comma-separated values: RFC 4180. */
export function csvOf(deletions: readonly Deletion[]): string {
  const rows = deletions.map((one) => [
    ...[one.videoId, one.deletionId, one.state, one.ownerId, one.reason],
    ...[one.requestedAt, one.undoableUntil, one.deletedAt, String(one.attempts), failedStepsOf(one)],
  ]);
  return [HEAD, ...rows].map((row) => row.map((value) => quoted(value ?? '')).join(',')).join('\r\n');
}

function failedStepsOf({ steps }: Deletion): string {
  return steps
    .flatMap(({ name, state, error }) => (state === 'failed' ? [`${name} ${error ?? ''}`.trim()] : []))
    .join('; ');
}

/** Spreadsheets take a text that begins with `=`, `+`, `-` or `@` for a formula. */
function quoted(text: string): string {
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
