import { vi } from 'vitest';

/** Runs `work` and returns, line by line, what it printed on standard output and error, as CloudWatch would get it. */
export async function printedBy(work: () => unknown): Promise<string[]> {
  let printed = '';
  const keep = (chunk: Uint8Array | string) => {
    printed += chunk;
    return true;
  };
  const spies = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockImplementation(keep));
  try {
    await work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return printed.split('\n').filter((line) => line !== '');
}
