import { describe, expect, it, vi } from 'vitest';
import { targetOf } from '../../../../functions/deletion/data-map/target.ts';
import { OutOfTime } from '../../../../functions/deletion/errors.ts';
import type { Ports } from '../../../../functions/deletion/ports.ts';
import { STEP_NAMES } from '../../../../functions/deletion/record/steps.ts';
import type { Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { workOnDeletion } from '../../../../functions/deletion/work/work-on-deletion.ts';
import { aLegalHold, aTombstone, turnedInto } from '../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

const NOW = '2026-11-22T10:00:00.000Z';

/** A video whose tombstone has these `overrides`. `deliver` delivers its message once. */
async function delivered(overrides: Partial<Tombstone>) {
  const { ports, video, queues, advance, objects } = openMemoryWorld();
  const { videoId, ownerId, message } = await video();
  const row = (await ports.rows.find(ownerId, videoId)).video;
  if (!row) throw new Error('There is no row');
  const target = targetOf({ videoId, video: row }, ports.rules);
  const running = { state: 'running', hidden: true, dueAt: NOW } as const;
  const stored = aTombstone({ videoId, ownerId, deletionId: 'd', requestedAt: NOW, target, ...running, ...overrides });
  await ports.tombstones.write(undefined, stored);
  const find = async () => (await ports.tombstones.find(videoId)) as Tombstone;
  return {
    ...{ ports, stored, find, queues, advance, objects },
    deliver: (replaced: Partial<Ports> = {}, more: { sentAt?: Date; timeLeft?: () => number } = {}) =>
      workOnDeletion({ ...ports, ...replaced }, { ...message('d'), ...more }, more.timeLeft ?? (() => 900_000)),
  };
}

describe('a message', () => {
  it('changes nothing when nothing is due', async () => {
    const { deliver, find, stored, queues } = await delivered({ dueAt: undefined });
    await deliver();
    expect([await find(), queues.cleanup.messages()]).toEqual([stored, []]);
  });

  it('changes nothing while another worker has the lease, and does not circle', async () => {
    const { deliver, find, stored, queues } = await delivered({
      lease: { owner: 'w', until: '2026-11-22T10:01:00.000Z' },
    });
    await deliver();
    expect([await find(), queues.cleanup.messages()]).toEqual([stored, []]);
  });

  it('that comes early waits, and hides only what was asked for and is visible', async () => {
    const later = { dueAt: '2026-11-22T10:01:00.000Z' };
    for (const [state, hidden, isHidden] of [
      ['pending', false, true],
      ['pending', true, false],
      ['running', false, true],
      ['running', true, false],
    ] as const) {
      const { deliver, find, ports, queues } = await delivered({ ...later, state, hidden });
      const hide = vi.fn(ports.rows.hide);
      await deliver({ rows: { ...ports.rows, hide } });
      expect([hide.mock.calls.length, queues.cleanup.messages().length]).toEqual([isHidden ? 1 : 0, 1]);
      expect((await find()).hidden).toBe(isHidden || hidden);
    }
  });

  it('fails, and is delivered again, when the table fails: that is no lease lost and no time run out', async () => {
    const { deliver, ports } = await delivered({});
    let writes = 0;
    const write: Ports['tombstones']['write'] = async (...both) => {
      writes += 1;
      if (writes === 2) throw new Error('The table is down');
      return await ports.tombstones.write(...both);
    };
    await expect(deliver({ tombstones: { ...ports.tombstones, write } })).rejects.toThrow('The table is down');
  });
});

describe('a worker', () => {
  it('with too little time to do anything takes no lease and spends no attempt: the next one has its message', async () => {
    const { deliver, find, stored, queues } = await delivered({});
    await deliver({}, { timeLeft: () => 19_999 });
    expect([await find(), queues.cleanup.messages().length]).toEqual([stored, 1]);
  });

  it.each([true, false])('that hands on says whether it got anywhere: %s', async (progressed) => {
    const { deliver, find, ports, queues } = await delivered({});
    const stop = { stop: async () => Promise.reject(new OutOfTime()) };
    const deleteAll = () => Promise.reject(new OutOfTime());
    const runs = ports.runs && { ...ports.runs, ...(!progressed && stop) };
    await deliver({ runs, objects: { ...ports.objects, deleteAll } });
    const after = await find();
    expect(after).toMatchObject({ state: 'running', progressed, dueAt: NOW, lease: undefined });
    expect(queues.cleanup.messages()).toHaveLength(1);
  });

  it('whose time runs out under a lease that it has lost leaves the deletion to whoever has it', async () => {
    const { deliver, find, ports, queues } = await delivered({});
    let theirs: Tombstone | undefined;
    const deleteAll = async () => {
      const current = await find();
      theirs = turnedInto(current, { lease: { owner: 'another', until: NOW } });
      await ports.tombstones.write(current, theirs);
      throw new OutOfTime();
    };
    await deliver({ objects: { ...ports.objects, deleteAll } });
    expect(await find()).toEqual(theirs);
    expect(queues.cleanup.messages()).toEqual([]);
  });

  it('looks again at once when something came back, at most three times in one pass', async () => {
    const { deliver, find, objects, ports } = await delivered({ state: 'settling' });
    const { videoId } = await find();
    const look = vi.fn(async (target: Parameters<Ports['objects']['look']>[0]) => {
      objects.put(`videos/${videoId}/late.ts`);
      return await ports.objects.look(target);
    });
    await deliver({ objects: { ...ports.objects, look } });
    expect(look).toHaveBeenCalledTimes(3);
    expect(await find()).toMatchObject({ state: 'settling', progressed: true });
  });
});

describe('a deletion without an attempt left', () => {
  it.each([
    ['gone on under another lease', { lease: { owner: 'theirs', until: NOW } }],
    ['been replaced', { deletionId: 'another' }],
    ['been held', { state: 'held', held: aLegalHold('running') }],
  ] satisfies [string, Partial<Tombstone>][])('is not given up when it has %s meanwhile', async (_, meanwhile) => {
    const { deliver, find, ports, stored } = await delivered({ attempts: 12, lease: { owner: 'dead', until: NOW } });
    const next = turnedInto(stored, meanwhile);
    const send = async () => void (await ports.tombstones.write(stored, next));
    const record = vi.fn();
    await deliver({ deadLetters: { send }, metrics: { record } });
    expect(await find()).toEqual(next);
    expect(record).not.toHaveBeenCalled();
  });
});

describe('a message from the dead-letter queue', () => {
  const entry = { at: NOW, from: 'running', to: 'failed', by: 'worker', hash: '' };
  const failed = { state: 'failed', dueAt: undefined, attempts: 12, history: [entry] } satisfies Partial<Tombstone>;

  it('replays what failed before it was sent; a late copy of what led there does not', async () => {
    for (const [sentAt, state] of [
      [undefined, 'failed'],
      [new Date(NOW), 'failed'],
      [new Date(Date.parse(NOW) + 900_000), 'failed'],
      [new Date(Date.parse(NOW) + 900_001), 'running'],
    ] as const) {
      const { deliver, find } = await delivered(failed);
      await deliver({}, { ...(sentAt && { sentAt }) });
      expect((await find()).state).toBe(state);
    }
  });

  it('that comes second is no error; a table that fails is', async () => {
    const { deliver, find, ports, stored } = await delivered(failed);
    const sentAt = new Date(Date.parse(NOW) + 900_001);
    await deliver({}, { sentAt });
    const replayed = await find();
    const seen = vi.fn(ports.tombstones.find).mockResolvedValueOnce(stored);
    await deliver({ tombstones: { ...ports.tombstones, find: seen } }, { sentAt });
    expect(await find()).toEqual(replayed);
    const down = vi.fn(() => Promise.reject(new Error('down'))).mockResolvedValueOnce(stored as never);
    await expect(deliver({ tombstones: { ...ports.tombstones, find: down } }, { sentAt })).rejects.toThrow('down');
    expect(STEP_NAMES.filter((name) => replayed.steps[name].state === 'done')).toEqual([]);
  });
});
