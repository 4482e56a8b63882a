import { describe, expect, it } from 'vitest';
import { LeaseLost } from '../../../../functions/deletion/errors.ts';
import type { Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { plus } from '../../../../functions/deletion/rules.ts';
import { holdLease, type Work } from '../../../../functions/deletion/work/lease.ts';
import { aTombstone } from '../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

const DUE = { dueAt: '2026-11-22T10:01:00.000Z', sweepAt: '2026-11-22T10:03:00.000Z' };

/** A lease that a worker holds, and what somebody else then makes of the tombstone. */
async function held(meanwhile: Partial<Tombstone> = {}) {
  const { ports, advance } = openMemoryWorld();
  const leased = aTombstone({ state: 'running', leaseOwner: 'ours', ...DUE });
  for (const name of ['invalidateCache', 'verify', 'hide'] as const) leased.steps[name].state = 'done';
  await ports.tombstones.write(undefined, leased);
  const lease = holdLease(ports, leased);
  const other = { ...leased, ...meanwhile, revision: 2 };
  if (Object.keys(meanwhile).length > 0) await ports.tombstones.write(leased, other);
  const work: Work = { ...leased, hidden: true, late: { objects: 1 } };
  return { lease, work, other, ports, advance, find: () => ports.tombstones.find(leased.videoId) };
}

describe('a lease that is held', () => {
  it('is made longer, with the work done so far, by one write for all who ask at the same time', async () => {
    const { lease, work, ports, advance, find } = await held();
    advance(20);
    await Promise.all([lease.renew(work), lease.renew(work)]);
    expect(await find()).toMatchObject({ revision: 2, hidden: true, late: { objects: 1 }, leaseOwner: 'ours' });
    const end = plus(ports.clock(), ports.rules.leaseSeconds);
    expect((await find())?.dueAt).toBe(end.toISOString());
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
    ['to another worker', { leaseOwner: 'theirs' }],
    ['to another deletion of the video', { deletionId: 'another' }],
    ['to a hold', { state: 'held', heldFrom: 'running' }],
  ] satisfies [string, Partial<Tombstone>][])('%s lets nothing be written', async (_, meanwhile) => {
    const { lease, work, other, find } = await held(meanwhile);
    await expect(lease.renew(work)).rejects.toThrow(LeaseLost);
    await expect(lease.write(work, (current) => current)).rejects.toThrow(LeaseLost);
    expect(await find()).toEqual(other);
  });

  it.each([
    ['another worker', { leaseOwner: 'theirs' }],
    ['another deletion', { deletionId: 'another' }],
  ])('is not given back for %s', async (_, meanwhile) => {
    const { lease, work, other, find } = await held(meanwhile);
    expect(await lease.giveWay(work)).toBe(false);
    expect(await find()).toEqual(other);
  });

  it('to a hold is given back with the work: nothing is due, and what was found empty is looked at again', async () => {
    const { lease, work, find } = await held({ state: 'held', heldFrom: 'running' });
    expect(await lease.giveWay(work)).toBe(true);
    const after = await find();
    expect(after).toMatchObject({ state: 'held', hidden: true, late: { objects: 1 }, progressed: true });
    expect([after?.leaseOwner, after?.dueAt, after?.sweepAt]).toEqual([undefined, undefined, undefined]);
    const { hide, invalidateCache, verify } = after?.steps ?? {};
    expect([hide?.state, invalidateCache?.state, verify?.state]).toEqual(['done', 'waiting', 'waiting']);
  });

  it('to a hold before the video could be hidden leaves that due, at once', async () => {
    const { lease, work, ports, find } = await held({ state: 'held', heldFrom: 'running' });
    await lease.giveWay({ ...work, hidden: false });
    expect(await find()).toMatchObject({ state: 'held', hidden: false, dueAt: ports.clock().toISOString() });
  });

  it('to a command that is over already stays due, for the message that is on its way', async () => {
    const { lease, work, find } = await held({ state: 'settling' });
    expect(await lease.giveWay(work)).toBe(true);
    expect(await find()).toMatchObject({ ...DUE, state: 'settling', progressed: true });
  });
});
