import { afterAll, beforeAll } from 'vitest';
import type { TombstoneLists, Tombstones } from '../../functions/deletion/ports.ts';
import { tombstonesFound } from './tombstones-found.ts';
import { tombstonesWritten } from './tombstones-written.ts';

/** What every table of tombstones must do. `open` is called once; its table may hold tombstones already. */
export function tombstonesContract(
  open: () => Promise<{ tombstones: Tombstones & TombstoneLists; close(): Promise<void> }>,
): void {
  let opened: Awaited<ReturnType<typeof open>>;

  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened?.close());

  tombstonesWritten(() => opened.tombstones);
  tombstonesFound(() => opened.tombstones);
}
