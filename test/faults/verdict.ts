import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { expect } from 'vitest';
import { total } from '../../functions/deletion/counts.ts';
import { checkReceipt } from '../../functions/deletion/record/check-receipt.ts';
import type { Receipt } from '../../functions/deletion/record/receipt.ts';
import type { Tombstone } from '../../functions/deletion/record/tombstone.ts';
import type { FaultWorld, Subject } from './world.ts';

/**
 * Nothing is left anywhere, the neighbours are unchanged, there is one valid receipt, and the event was published.
 * Checks this without our own code.
 * @returns the receipt
 */
export async function expectDeleted(world: FaultWorld, subject: Subject): Promise<Receipt> {
  expect(await subject.left()).toEqual({});
  expect(world.isRunning(subject.run)).toBe(false);
  expect(await subject.look()).toEqual(subject.neighboursBefore);
  const tombstone = await world.tombstone(subject.videoId);
  if (!tombstone) throw new Error('There is no tombstone');
  expect(tombstone).toMatchObject({ state: 'deleted', hidden: true, outbox: [] });
  const receipt = await receiptOf(world, tombstone);
  expect(checkReceipt(receipt, tombstone)).toEqual([]);
  expect(tombstone.history.filter(({ to }) => to === 'deleted')).toHaveLength(1);
  // At least once, and recognisable as the same.
  expect(eventsOf(world, subject)).toEqual([receipt.jti]);
  return receipt;
}

/** The receipt's figures are those of a deletion that nothing befell, or less where it says "at least". */
export function expectTrueFigures({ counts, exceptions }: Receipt, undisturbed: Receipt): void {
  for (const name of ['cancelRuns', 'deleteObjects', 'deleteRows'] as const) {
    const [claimed, real] = [counts[name] ?? {}, undisturbed.counts[name] ?? {}];
    if (!exceptions.atLeast?.includes(name)) expect(claimed, name).toEqual(real);
    // A run whose stop was not heard of counts as an ended one.
    else expect(total(claimed), name).toBeLessThanOrEqual(total(real));
  }
}

/** The one receipt there is, by a key that is published. */
async function receiptOf(world: FaultWorld, { receipts }: Tombstone): Promise<Receipt> {
  expect(receipts).toHaveLength(1);
  const keys = createLocalJWKSet(world.publicKeys as unknown as JSONWebKeySet);
  const { payload } = await compactVerify(receipts[0] ?? '', keys);
  return JSON.parse(new TextDecoder().decode(payload)) as Receipt;
}

/** The ids of the events that told of a video. */
function eventsOf({ bus }: FaultWorld, { videoId }: Subject): string[] {
  const details = bus.events().map(({ detail }) => detail as { id: string; videoId: string });
  return [...new Set(details.filter((detail) => detail.videoId === videoId).map(({ id }) => id))];
}
