import { createInterface } from 'node:readline/promises';
import { NotDone } from './exits.ts';

/**
 * Returns only when somebody types these words exactly, at a terminal or through a pipe.
 * @throws {NotDone} otherwise
 */
export async function confirm(words: string): Promise<void> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<undefined>((resolve) => reader.once('close', () => resolve(undefined)));
  try {
    const typed = await Promise.race([reader.question(`Type "${words}" to continue: `), ended]);
    if (typed?.trim() === words) return;
    throw new NotDone(`Nothing was done: to continue, type "${words}" exactly`);
  } finally {
    reader.close();
    // Otherwise an open terminal would keep the process alive.
    process.stdin.pause();
  }
}
