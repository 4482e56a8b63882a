import { describe, expect, it } from 'vitest';
import { transition } from '../../../functions/deletion/change.ts';
import { receiptOf } from '../../../functions/deletion/receipt.ts';
import type { Command, EdgeInvalidation, Tombstone } from '../../../functions/deletion/tombstone.ts';
import { aTombstone } from '../../support/a-tombstone.ts';

/** Minute 1 for the first command, and so on. */
const minute = (number: number) => new Date(Date.UTC(2026, 10, 22, 10, number));
const moved = (tombstone: Tombstone, ...commands: Command[]) =>
  commands.reduce(
    (from, command, index) => transition(from, command, { at: minute(index + 1), by: 'worker' }),
    tombstone,
  );
const receiptAt = (tombstone: Tombstone) => receiptOf(tombstone, { id: 'a-receipt', at: minute(30) });

describe('receiptOf', () => {
  it('states when every store was empty for the first time, and when it was found so again', () => {
    const receipt = receiptAt(moved(aTombstone(), 'begin', 'settle', 'settle', 'settle'));
    expect(receipt).toMatchObject({ emptiedAt: minute(2).toISOString(), deletedAt: minute(30).toISOString() });
  });

  it('states the time of the last replay or re-deletion, not one that came to nothing', () => {
    const replayed = moved(aTombstone(), 'begin', 'settle', 'giveUp', 'replay', 'settle');
    expect(receiptAt(replayed).emptiedAt).toBe(minute(5).toISOString());
    const again = moved(aTombstone(), 'begin', 'settle', 'finish', 'reapply', 'settle');
    expect(receiptAt(again).emptiedAt).toBe(minute(5).toISOString());
  });

  it('states which invalidation was asked for, when, and when it was complete', () => {
    const asked = { requestedAt: minute(3).toISOString(), invalidationId: 'I1', completedAt: minute(4).toISOString() };
    const edge: EdgeInvalidation = { request: 1, paths: ['/a', '/b'], callerReference: 'r', ...asked };
    expect(receiptAt(aTombstone({ edge })).edge).toEqual({ paths: 2, ...asked });
  });

  it('states a gate alone without any invalidation', () => {
    const gatedAt = minute(1).toISOString();
    const edge: EdgeInvalidation = { request: 0, paths: [], requestedAt: gatedAt, gatedAt };
    expect(receiptAt(aTombstone({ edge })).edge).toEqual({ paths: 0, gatedAt });
  });
});
