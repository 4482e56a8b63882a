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

/** How many changes go into one line when the journal is compacted: few writes, and lines that fit into memory. */
const CHANGES_IN_A_LINE = 500;

/**
 * A file with a JSON array of changes in each line. One line is one commit, which is written completely or not at all.
 */
export type Journal = {
  /** Returns when the operating system has the line. It then survives a killed process, but not a power cut. */
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
 * Reads every change. A torn last line comes from a killed process and was never acknowledged, so it is ignored.
 * @returns the number of changes, and whether the file ends with a complete line
 * @throws when another line than the last cannot be read
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

/** Replaces the journal by these changes. If the process is killed in between, the old journal stays unchanged. */
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

/** A single write may write fewer bytes than requested, for example when the disk is nearly full. */
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
