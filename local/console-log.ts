import pc from 'picocolors';
import type { Log } from '../functions/deletion/ports.ts';

type Fields = Record<string, unknown>;

/** The log for people while deletions run: one line for each step, `time  video  step  outcome  counts`. */
export function createConsoleLog(write: (line: string) => void): Log {
  const line =
    (paint: (text: string) => string) =>
    (message: string, fields: Fields = {}) =>
      write(`${pc.dim(new Date().toLocaleTimeString('en-GB'))}  ${videoOf(fields)}  ${paint(textOf(message, fields))}`);
  return { info: line((text) => text), warn: line(pc.yellow), error: line(pc.red) };
}

/** The end of the id. Its beginning is a time, so it is the same for all videos that were uploaded together. */
function videoOf({ videoId }: Fields): string {
  return pc.cyan(typeof videoId === 'string' ? `…${videoId.slice(-8)}` : '         ');
}

function textOf(message: string, fields: Fields): string {
  if (message === 'step') return stepText(fields);
  const { videoId: _, deletionId: __, counts: ___, ...others } = fields;
  const details = Object.entries(others).map(([name, value]) => `${name} ${valueText(value)}`);
  return [message, ...details].join('  ');
}

function stepText({ step, state, counts, code }: Fields): string {
  const deleted = Object.entries((counts ?? {}) as Record<string, number>).map(([kind, count]) =>
    countText(kind, count),
  );
  const outcome = state === 'done' ? pc.green('done') : String(state);
  return `${String(step).padEnd(16)} ${outcome.padEnd(8)} ${[code, ...deleted].filter(Boolean).join(', ')}`.trimEnd();
}

function countText(kind: string, count: number): string {
  if (kind === 'bytes') return `${(count / 1_000_000).toFixed(1)} MB`;
  return `${count.toLocaleString('en')} ${kind.replaceAll(/[_A-Z]/g, (mark) => ` ${mark === '_' ? '' : mark.toLowerCase()}`)}`;
}

function valueText(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : String(value);
}
