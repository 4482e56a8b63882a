import {
  closeSync,
  createReadStream,
  existsSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { createInterface } from 'node:readline';
import type { Change } from './changes.ts';

/** Changes in one line while the journal is written anew: few writes, and no line that is too long to hold. */
const CHANGES_IN_A_LINE = 500;

/** A file with a JSON array of changes in each line; a line is one commit, there as a whole or not at all. */
export type Journal = {
  /** Returns once the operating system has the line: it survives a killed process, though not a power cut. */
  append(changes: readonly Change[]): void;
  close(): void;
};

export function openJournal(path: string): Journal {
  const file = openSync(path, 'a');
  return {
    append: (changes) => writeAll(file, changes),
    close: () => closeSync(file),
  };
}

/**
 * Reads every change. A torn last line, as a killed process leaves it, was never answered for and is left out.
 * @returns how many changes there were, and whether the file ends with a whole line
 * @throws when a line other than the last cannot be read
 */
export async function replayJournal(
  path: string,
  apply: (change: Change) => void,
): Promise<{ changes: number; isWhole: boolean }> {
  if (!existsSync(path)) return { changes: 0, isWhole: true };
  const isWhole = endsWithLineBreak(path);
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
  let changes = 0;
  let unreadable: string | undefined;
  for await (const line of lines) {
    if (unreadable !== undefined) throw new Error(`The journal ${path} has a broken line: ${unreadable.slice(0, 80)}`);
    const commit = parseLine(line);
    if (!commit) unreadable = line;
    for (const change of commit ?? []) apply(change);
    changes += commit?.length ?? 0;
  }
  if (unreadable !== undefined && isWhole) throw new Error(`The journal ${path} ends with a broken line`);
  return { changes, isWhole };
}

/** Replaces the journal by these changes; whoever is killed meanwhile leaves the old one as it was. */
export function rewriteJournal(path: string, changes: Iterable<Change>): void {
  const temporary = `${path}.new`;
  rmSync(temporary, { force: true });
  const file = openSync(temporary, 'a');
  let line: Change[] = [];
  for (const change of changes) {
    if (line.push(change) < CHANGES_IN_A_LINE) continue;
    writeAll(file, line);
    line = [];
  }
  if (line.length > 0) writeAll(file, line);
  closeSync(file);
  renameSync(temporary, path);
}

/** One call may write less than it was given, when the disk is nearly full for example. */
function writeAll(file: number, changes: readonly Change[]): void {
  const bytes = Buffer.from(`${JSON.stringify(changes)}\n`);
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

function parseLine(line: string): Change[] | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function endsWithLineBreak(path: string): boolean {
  const { size } = statSync(path);
  if (size === 0) return true;
  const file = openSync(path, 'r');
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  closeSync(file);
  return last[0] === 0x0a;
}
