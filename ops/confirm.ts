import { createInterface } from 'node:readline/promises';
import { NotDone } from './exits.ts';

/**
 * Goes on only when somebody types these words exactly, at a terminal or through a pipe.
 * @throws {NotDone} otherwise
 */
export async function confirm(words: string): Promise<void> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<undefined>((resolve) => reader.once('close', () => resolve(undefined)));
  try {
    const typed = await Promise.race([reader.question(`Type "${words}" to go on: `), ended]);
    if (typed?.trim() === words) return;
    throw new NotDone(`Nothing was done: that needs "${words}", typed as it stands`);
  } finally {
    reader.close();
    // Or an open terminal would keep the command from ending.
    process.stdin.pause();
  }
}
