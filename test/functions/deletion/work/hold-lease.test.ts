import { describe, expect, it } from 'vitest';
import { LeaseLost } from '../../../../functions/deletion/errors.ts';
import * as lifecycle from '../../../../functions/deletion/record/lifecycle.ts';
import type { Work } from '../../../../functions/deletion/record/step-record.ts';
import type { Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { plus } from '../../../../functions/deletion/rules.ts';
import { holdLease } from '../../../../functions/deletion/work/lease.ts';
import { aLegalHold, aTombstone, turnedInto } from '../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

const DUE = { dueAt: '2026-11-22T10:00:00.000Z', sweepAt: '2026-11-22T10:03:00.000Z' };
const UNTIL = '2026-11-22T10:01:00.000Z';
const LEASE = { owner: 'ours', until: UNTIL };
const THEIRS = { owner: 'theirs', until: UNTIL };

/** A lease that a worker holds, after another writer has changed the tombstone. */
async function held(meanwhile: Partial<Tombstone> = {}) {
  const { ports, advance } = openMemoryWorld();
  const leased = aTombstone({ state: 'running', lease: LEASE, ...DUE });
  for (const name of ['invalidateCache', 'verify', 'hide'] as const) leased.steps[name].state = 'done';
  await ports.tombstones.write(undefined, leased);
  const lease = holdLease(ports, leased);
  const other = turnedInto(leased, meanwhile);
  if (Object.keys(meanwhile).length > 0) await ports.tombstones.write(leased, other);
  const work: Work = { ...leased, hidden: true, late: { objects: 1 } };
  return { lease, work, other, ports, advance, find: () => ports.tombstones.find(leased.videoId) };
}

describe('a lease that is held', () => {
  it('is made longer, with the work done so far, by one write for all who ask at the same time', async () => {
    const { lease, work, ports, advance, find } = await held();
    advance(20);
    await Promise.all([lease.renew(work), lease.renew(work)]);
    expect(await find()).toMatchObject({ revision: 2, hidden: true, late: { objects: 1 }, lease: { owner: 'ours' } });
    const end = plus(ports.clock(), ports.rules.leaseSeconds);
    expect((await find())?.lease?.until).toBe(end.toISOString());
    expect((await find())?.dueAt).toBe(DUE.dueAt);
    await lease.renew(work);
    expect((await find())?.revision).toBe(3);
  });

  it('was seen as long ago as the clock says, anew with each write', async () => {
    const { lease, work, advance } = await held();
    advance(3);
    expect(lease.age()).toBe(3000);
    await lease.renew(work);
    expect(lease.age()).toBe(0);
  });
});

describe('a lease that was lost', () => {
  it.each([
    ['to another worker', { lease: THEIRS }],
    ['to another deletion of the video', { deletionId: 'another' }],
    ['to a hold', { state: 'held', held: aLegalHold('running') }],
  ] satisfies [string, Partial<Tombstone>][])('%s lets nothing be written', async (_, meanwhile) => {
    const { lease, work, other, find } = await held(meanwhile);
    await expect(lease.renew(work)).rejects.toThrow(LeaseLost);
    await expect(lease.write(work, lifecycle.renew)).rejects.toThrow(LeaseLost);
    expect(await find()).toEqual(other);
  });

  it.each([
    ['another worker', { lease: THEIRS }],
    ['another deletion', { deletionId: 'another' }],
  ])('is not given back for %s', async (_, meanwhile) => {
    const { lease, work, other, find } = await held(meanwhile);
    expect(await lease.giveWay(work)).toBe(false);
    expect(await find()).toEqual(other);
  });

  it('to a hold is given back with the work: nothing is due, and what was found empty is looked at again', async () => {
    const { lease, work, find } = await held({ state: 'held', held: aLegalHold('running') });
    expect(await lease.giveWay(work)).toBe(true);
    const after = await find();
    expect(after).toMatchObject({ state: 'held', hidden: true, late: { objects: 1 }, progressed: true });
    expect([after?.lease, after?.dueAt, after?.sweepAt]).toEqual([undefined, undefined, undefined]);
    const { hide, invalidateCache, verify } = after?.steps ?? {};
    expect([hide?.state, invalidateCache?.state, verify?.state]).toEqual(['done', 'waiting', 'waiting']);
  });

  it('to a hold before the video could be hidden leaves that to the sweeper', async () => {
    const { lease, work, ports, find } = await held({ state: 'held', held: aLegalHold('running') });
    await lease.giveWay({ ...work, hidden: false });
    const soon = plus(ports.clock(), 1.5 * ports.rules.sweepAfterSeconds).toISOString();
    const after = await find();
    expect([after?.state, after?.hidden, after?.dueAt]).toEqual(['held', false, undefined]);
    expect(after?.sweepAt?.localeCompare(soon)).toBe(-1);
  });

  it('to a command that is over already stays due, for the message that is on its way', async () => {
    const { lease, work, find } = await held({ state: 'settling' });
    expect(await lease.giveWay(work)).toBe(true);
    expect(await find()).toMatchObject({
      state: 'settling',
      progressed: true,
      lease: undefined,
      dueAt: expect.any(String),
    });
  });
});
