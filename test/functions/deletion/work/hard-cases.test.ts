import { describe, expect, it, vi } from 'vitest';
import { workOnEdge } from '../../../../functions/deletion/edge/work-on-edge.ts';
import type { Ports } from '../../../../functions/deletion/ports.ts';
import { change } from '../../../../functions/deletion/record/change.ts';
import * as lifecycle from '../../../../functions/deletion/record/lifecycle.ts';
import type { Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { releaseVideo } from '../../../../functions/deletion/requests/release-video.ts';
import { requestDeletion } from '../../../../functions/deletion/requests/request-deletion.ts';
import { sweepDeletions } from '../../../../functions/deletion/work/sweep-deletions.ts';
import { takeLease } from '../../../../functions/deletion/work/take-lease.ts';
import { workOnDeletion } from '../../../../functions/deletion/work/work-on-deletion.ts';
import { aLegalHold, aTombstone } from '../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

const LONG = () => 900_000;
const NOW = '2026-11-22T10:00:00.000Z';
const AN_EVENT = { id: 'e', type: 'VideoDeleted', at: NOW } as const;

/** A world in which a broken invariant is handled as in production. */
function world(options: Parameters<typeof openMemoryWorld>[0] = {}) {
  const w = openMemoryWorld(options);
  const production: Ports & typeof w.ports = { ...w.ports, isStrict: false };
  const deliver = async (ports: Ports = production) => {
    let n = 0;
    for (const { message, receiptHandle } of w.queues.cleanup.receive(10)) {
      await workOnDeletion(ports, { ...message, sentAt: ports.clock() }, LONG);
      w.queues.cleanup.delete(receiptHandle);
      n += 1;
    }
    return n;
  };
  return { ...w, production, deliver };
}

describe('F76 a failed deletion whose video is visible', () => {
  it('is not replayed by the message by which the sweeper has it hidden', async () => {
    const { production, video, deliver, advance } = world();
    const { videoId, ownerId } = await video();
    const failed = aTombstone({ videoId, ownerId, state: 'failed', hidden: false, attempts: 12 });
    await production.tombstones.write(undefined, failed);
    const down: Ports = {
      ...production,
      rows: { ...production.rows, hide: async () => Promise.reject(new Error('down')) },
    };
    advance(200);
    expect(await sweepDeletions(down)).toBe(1);
    await deliver(down);
    const after = await production.tombstones.find(videoId);
    expect([after?.state, after?.history.at(-1)?.by]).toEqual(['failed', 'worker']);
  });
});

describe('SWEEP_AFTER_SECONDS', () => {
  it.each([121, 300, 901, 3600])('of %s s accepts, sweeps and hides', async (sweepAfterSeconds) => {
    const { production, video, advance, queues } = world();
    const { videoId, ownerId } = await video();
    const rules = { ...production.rules, sweepAfterSeconds };
    const down: Ports = {
      ...production,
      rules,
      rows: { ...production.rows, hide: async () => Promise.reject(new Error('down')) },
    };
    const { deletion } = await requestDeletion(down, { callerId: ownerId, videoId });
    expect(deletion.state).toBe('pending');
    for (const { receiptHandle } of queues.cleanup.receive(10)) queues.cleanup.delete(receiptHandle);
    advance(sweepAfterSeconds + 11);
    expect(await sweepDeletions(down)).toBe(1);
  });
});

describe('a gate that an environment no longer has', () => {
  it('does not keep an undone deletion from ending', async () => {
    const { production, video, advance } = world();
    const { videoId, ownerId, message } = await video();
    const edge = { request: 0, paths: 0, requestedAt: NOW, gatedAt: NOW };
    await production.tombstones.write(
      undefined,
      aTombstone({
        videoId,
        ownerId,
        state: 'cancelled',
        deletionId: 'd',
        dueAt: NOW,
        hidden: true,
        edge,
        restores: 1,
      }),
    );
    advance(61);
    await workOnDeletion(production, message('d'), LONG);
    expect((await production.tombstones.find(videoId))?.dueAt).toBeUndefined();
  });
});

describe('a message for something that is due in a year', () => {
  it('does not circle', async () => {
    const { production, video, deliver, advance, queues } = world();
    const { videoId, ownerId } = await video();
    await production.tombstones.write(
      undefined,
      aTombstone({
        videoId,
        ownerId,
        state: 'held',
        hidden: true,
        held: { because: 'objectLock', from: 'running' },
        dueAt: '2027-11-22T10:00:00.000Z',
        outbox: [AN_EVENT],
        sweepAt: '2026-11-22T10:02:00.000Z',
      }),
    );
    advance(121);
    await sweepDeletions(production);
    let deliveries = 0;
    for (let quarter = 0; quarter < 96; quarter++) {
      advance(901);
      deliveries += await deliver();
    }
    expect([deliveries, queues.cleanup.messages().length]).toEqual([0, 0]);
  });
});

describe('a lock that ended while settling', () => {
  it('a worker that dies then is followed within minutes, as before', async () => {
    const { production, video, advance, queues } = world();
    const { videoId, ownerId } = await video();
    const locked = aTombstone({
      videoId,
      ownerId,
      state: 'held',
      hidden: true,
      held: { because: 'objectLock', from: 'settling' },
      dueAt: NOW,
      progressed: true,
    });
    await production.tombstones.write(undefined, locked);
    await takeLease(production, locked);
    advance(60 + 181);
    await sweepDeletions(production);
    expect(queues.cleanup.messages().length).toBe(1);
  });
});

describe('a release long after the undo window', () => {
  it('waits for the gate, as before, and is not swept at once', async () => {
    const { production, video, advance, deliver } = world({ gate: { ttlSeconds: 3600, invalidates: false } });
    const { videoId, ownerId } = await video();
    await production.tombstones.write(
      undefined,
      aTombstone({ videoId, ownerId, state: 'held', hidden: true, held: aLegalHold('pending') }),
    );
    advance(86_400);
    await releaseVideo(production, { videoId, reason: { code: 'litigation', caseNumber: '1' }, by: 'a' });
    await deliver();
    const t = (await production.tombstones.find(videoId)) as Tombstone;
    expect([t.state, t.attempts]).toEqual(['pending', 0]);
  });
  it('is not swept at once', async () => {
    const { production, video, advance } = world();
    const { videoId, ownerId } = await video();
    await production.tombstones.write(
      undefined,
      aTombstone({ videoId, ownerId, state: 'held', hidden: true, held: aLegalHold('pending') }),
    );
    advance(86_400);
    await releaseVideo(production, { videoId, reason: { code: 'litigation', caseNumber: '1' }, by: 'a' });
    expect(await sweepDeletions(production)).toBe(0);
  });
});

describe('a write beside a backlog', () => {
  it('does not bring the sweeper back at once', async () => {
    const { production, video, advance } = world();
    const { videoId, ownerId } = await video();
    const edge = { request: 1, paths: 0, requestedAt: NOW, invalidationId: 'i', callerReference: 'r' };
    const t = aTombstone({ videoId, ownerId, state: 'settling', hidden: true, dueAt: NOW, edge });
    await production.tombstones.write(undefined, t);
    advance(1000);
    expect(await sweepDeletions(production)).toBe(1);
    await change(production, videoId, (current, now) =>
      lifecycle.invalidated(current, { ...edge, completedAt: NOW }, now),
    );
    advance(60);
    expect(await sweepDeletions(production)).toBe(0);
  });
});

describe('a gate that closes after the end', () => {
  it('is due to be opened, or is not closed', async () => {
    const { production, video, advance } = world({ gate: { ttlSeconds: 3600, invalidates: false } });
    const { videoId, ownerId, message } = await video();
    const gate = { request: 0, paths: 0, requestedAt: NOW, gatedAt: NOW, openedAt: '2026-11-22T11:10:01.000Z' };
    await production.tombstones.write(
      undefined,
      aTombstone({ videoId, ownerId, state: 'deleted', deletionId: 'd', edge: gate }),
    );
    advance(4199); // this function's clock is two seconds behind the one that has opened it
    const failed = await workOnEdge(production, [message('d')]);
    expect(failed).toEqual([]);
  });
});

describe('a database that is down', () => {
  it('is asked to hide once in a pass, as before', async () => {
    const { production, video } = world();
    const { videoId, ownerId, message } = await video();
    await production.tombstones.write(
      undefined,
      aTombstone({ videoId, ownerId, state: 'running', deletionId: 'd', dueAt: NOW, hidden: false }),
    );
    const hide = vi.fn(async () => Promise.reject(new Error('down')));
    const record = vi.fn();
    await workOnDeletion(
      { ...production, rows: { ...production.rows, hide }, metrics: { record } },
      message('d'),
      LONG,
    );
    expect(hide).toHaveBeenCalledTimes(1);
  });
});
