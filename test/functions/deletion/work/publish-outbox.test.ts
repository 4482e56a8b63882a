import { describe, expect, it, vi } from 'vitest';
import { expiryOf } from '../../../../functions/deletion/record/schedule.ts';
import type { OutboxEvent, Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { finishDeletion, publishOutbox } from '../../../../functions/deletion/work/finish-deletion.ts';
import type { Pass } from '../../../../functions/deletion/work/pass.ts';
import { aTombstone, stepsDone } from '../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

const event = (id: string): OutboxEvent => ({ id, type: 'VideoDeleted', at: '2026-11-22T10:20:00.000Z' });
const gateUntil = (dueAt: string) => ({ dueAt, edge: { request: 0, paths: 0, requestedAt: dueAt, gatedAt: dueAt } });
const SWEEP = '2026-11-22T10:22:00.000Z';

/** Publishes the events that a worker saw in the outbox. Meanwhile `added` has been added to it. */
async function publish({ added = [], dueAt }: { added?: OutboxEvent[]; dueAt?: string } = {}, fails = false) {
  const { ports } = openMemoryWorld();
  const seen = aTombstone({
    state: 'deleted',
    outbox: [event('a'), event('b')],
    sweepAt: SWEEP,
    ...(dueAt && gateUntil(dueAt)),
  });
  const stored: Tombstone = { ...seen, outbox: [...seen.outbox, ...added] };
  await ports.tombstones.write(undefined, stored);
  const send = vi.fn(() => (fails ? Promise.reject(new Error('The bus is down')) : Promise.resolve()));
  await publishOutbox({ ...ports, events: { publish: send } }, seen);
  return { send, seen, stored, after: await ports.tombstones.find(seen.videoId) };
}

describe('the outbox', () => {
  it('is empty once its events were sent, and the sweeper has nothing to do any more', async () => {
    const { send, seen, after } = await publish();
    const { videoId, deletionId, ownerId } = seen;
    expect(send.mock.calls).toEqual([[['a', 'b'].map((id) => ({ ...event(id), videoId, deletionId, ownerId }))]]);
    expect(after).toMatchObject({ outbox: [], sweepAt: undefined });
  });

  it('keeps what was added meanwhile, and stays due for the sweeper', async () => {
    const { after } = await publish({ added: [event('c')] });
    expect(after).toMatchObject({ outbox: [event('c')], sweepAt: expect.any(String) });
  });

  it('leaves a deletion whose gate is still closed to the sweeper, for the end of the gate', async () => {
    const { after } = await publish({ dueAt: '2026-11-23T10:00:00.000Z' });
    expect(after).toMatchObject({ outbox: [], sweepAt: '2026-11-23T10:02:00.000Z' });
  });

  it('keeps everything when nothing could be sent, and that is no error', async () => {
    const { stored, after } = await publish({}, true);
    expect(after).toEqual(stored);
  });
});

describe('the end of a deletion', () => {
  it('is one write, of the receipt, the move and the event to come, and then the event leaves', async () => {
    const { ports, published } = openMemoryWorld();
    const tombstone = aTombstone({
      state: 'settling',
      hidden: true,
      lease: { owner: 'ours', until: '2026-11-22T10:01:00.000Z' },
      steps: stepsDone(),
    });
    const written: Tombstone[] = [];
    const end: Pass['end'] = async (decide) => {
      const ended = decide(tombstone, { at: ports.clock(), rules: ports.rules });
      written.push(ended);
      return ended;
    };
    const idle = async () => {};
    expect(
      await finishDeletion(ports, { tombstone, end, locked: undefined, found: {}, run: idle, giveWay: idle }),
    ).toBe(true);
    const [ended, ...more] = written;
    expect(more).toEqual([]);
    expect(ended).toMatchObject({ state: 'deleted', outbox: [{ type: 'VideoDeleted' }] });
    expect(ended?.history.at(-1)).toMatchObject({ from: 'settling', to: 'deleted', by: 'worker' });
    expect(ended?.expiresAt).toBe(expiryOf(ports.clock(), ports.rules));
    const { jti } = JSON.parse(ended?.receipts.join() ?? '');
    expect(published).toMatchObject([{ id: jti, videoId: tombstone.videoId }]);
  });
});
