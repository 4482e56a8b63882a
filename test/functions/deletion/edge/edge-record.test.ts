import { describe, expect, it, vi } from 'vitest';
import { workOnEdge } from '../../../../functions/deletion/edge/work-on-edge.ts';
import { TooManyInvalidations } from '../../../../functions/deletion/errors.ts';
import type { Ports } from '../../../../functions/deletion/ports.ts';
import type { Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { aTombstone, turnedInto } from '../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

const NOW = '2026-11-22T10:00:00.000Z';
const GATE = { ttlSeconds: 600, invalidates: true };

/** Deletions that each request their `request`-th invalidation. */
async function asking(request = 1, ...all: Partial<Tombstone>[]) {
  const { ports, queues } = openMemoryWorld({ gate: GATE });
  const stored = (all.length > 0 ? all : [{}]).map((overrides) =>
    aTombstone({ state: 'running', edgeRequests: request, ...overrides }),
  );
  for (const tombstone of stored) await ports.tombstones.write(undefined, tombstone);
  /** Changes the first deletion while the edge is called. */
  const meanwhile = async (changes: Partial<Tombstone>) => {
    const current = (await find()) as Tombstone;
    await ports.tombstones.write(current, turnedInto(current, changes));
  };
  const [first] = stored as [Tombstone];
  const find = () => ports.tombstones.find(first.videoId);
  return { ports, queues, stored, first, find, meanwhile };
}

describe('an invalidation that was asked for', () => {
  const answer = { invalidationId: 'I1', completed: false };
  const edgeWith = (ports: Ports, invalidate: NonNullable<Ports['edge']>['invalidate']) => ({
    ...ports,
    gate: undefined as never,
    edge: { ...(ports.edge as NonNullable<Ports['edge']>), invalidate },
  });

  it('is written down with its request, and looked at once more', async () => {
    const { ports, queues, stored, find, first } = await asking(3);
    expect(
      await workOnEdge(
        edgeWith(ports, async () => answer),
        stored,
      ),
    ).toEqual([]);
    expect((await find())?.edge).toMatchObject({ request: 3, invalidationId: 'I1', requestedAt: NOW });
    expect((await find())?.edge).not.toHaveProperty('completedAt');
    const { videoId, deletionId } = first;
    expect(queues.edge.receive()).toEqual([]);
    expect(queues.edge.messages()).toEqual([{ videoId, deletionId }]);
  });

  it('that completed at once is over at once', async () => {
    const { ports, queues, stored, find } = await asking();
    await workOnEdge(
      edgeWith(ports, async () => ({ ...answer, completed: true })),
      stored,
    );
    expect((await find())?.edge).toMatchObject({ completedAt: NOW });
    expect(queues.edge.messages()).toEqual([]);
  });

  it('keeps what was written of the gate', async () => {
    const edge = { request: 0, paths: 0, requestedAt: NOW, gatedAt: NOW, openedAt: NOW };
    const { ports, stored, find } = await asking(1, { edge });
    await workOnEdge(
      edgeWith(ports, async () => answer),
      stored,
    );
    expect((await find())?.edge).toMatchObject({ gatedAt: NOW, openedAt: NOW, invalidationId: 'I1' });
  });

  it.each([
    ['the deletion was replaced', { deletionId: 'another' }],
    ['another invalidation was asked for', { edgeRequests: 2 }],
  ])('is not taken for an answer when %s meanwhile', async (_, changes) => {
    const { ports, stored, find, meanwhile } = await asking();
    const invalidate = async () => {
      await meanwhile(changes as Partial<Tombstone>);
      return answer;
    };
    await workOnEdge(edgeWith(ports, invalidate), stored);
    expect((await find())?.edge).toBeUndefined();
  });

  it('is under the same reference whatever the order of the messages, so that it costs nothing again', async () => {
    const { ports, stored } = await asking(1, {}, {}, {});
    const asked: [readonly string[], string][] = [];
    const invalidate = async (paths: readonly string[], reference: string) => {
      asked.push([paths, reference]);
      throw new TooManyInvalidations();
    };
    await workOnEdge(edgeWith(ports, invalidate), stored);
    await workOnEdge(edgeWith(ports, invalidate), stored.toReversed());
    expect(asked[1]).toEqual(asked[0]);
  });
});

describe('a look at an invalidation that is under way', () => {
  const edge = { request: 1, paths: 0, callerReference: 'r', invalidationId: 'I1', requestedAt: NOW };
  const pollWith = async (isCompleted: () => Promise<boolean>, overrides: Partial<Tombstone> = {}, request = 1) => {
    const { ports, stored, find, first } = await asking(request, { edge, ...overrides }, { edge });
    const invalidate = vi.fn(async () => ({ invalidationId: 'I2', completed: false }));
    const real = ports.edge as NonNullable<Ports['edge']>;
    const failed = await workOnEdge(
      { ...ports, gate: undefined as never, edge: { ...real, invalidate, isCompleted } },
      stored,
    );
    return { failed, first, invalidate, after: await find() };
  };

  it('that fails is taken again: its message comes back, the next one is looked at, and nothing is asked anew', async () => {
    const isCompleted = vi.fn(async () => true).mockRejectedValueOnce(new Error('Throttled'));
    const { failed, first, invalidate, after } = await pollWith(isCompleted);
    expect(failed).toEqual([{ videoId: first.videoId, deletionId: first.deletionId }]);
    expect([isCompleted.mock.calls.length, invalidate.mock.calls, after?.edge]).toEqual([2, [], edge]);
  });

  it('of an earlier request is none: the new request is asked for', async () => {
    const isCompleted = vi.fn(async () => true);
    const { invalidate, after } = await pollWith(isCompleted, {}, 2);
    expect([isCompleted.mock.calls, invalidate.mock.calls.length]).toEqual([[], 1]);
    expect(after?.edge).toMatchObject({ request: 2, invalidationId: 'I2' });
  });

  it('that was refused for now comes back after ten to thirty seconds', async () => {
    const { ports, queues, stored } = await asking();
    const send = vi.fn(queues.edge.send);
    const invalidate = () => Promise.reject(new TooManyInvalidations());
    for (const random of [0, 1]) {
      const real = ports.edge as NonNullable<Ports['edge']>;
      const more = { random: () => random, edgeQueue: { send }, edge: { ...real, invalidate } };
      expect(await workOnEdge({ ...ports, gate: undefined as never, ...more }, stored)).toEqual([]);
    }
    expect(send.mock.calls.map(([, { delaySeconds }]) => delaySeconds)).toEqual([10, 30]);
  });
});
