import { describe, expect, it } from 'vitest';
import { ObjectsLocked } from '../../../../functions/deletion/errors.ts';
import type { Ports } from '../../../../functions/deletion/ports.ts';
import { STEP_NAMES, type StepName, type StepState } from '../../../../functions/deletion/record/steps.ts';
import type { Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { plus } from '../../../../functions/deletion/rules.ts';
import { concludePass } from '../../../../functions/deletion/work/conclude-pass.ts';
import type { Pass } from '../../../../functions/deletion/work/pass.ts';
import { aTombstone } from '../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

const GATE = { ttlSeconds: 2_000, invalidates: false };

/** All steps in one state. The edge was asked once and has answered. */
function allIn(state: StepState, overrides: Partial<Tombstone> = {}): Tombstone {
  const { steps } = aTombstone();
  for (const name of STEP_NAMES) steps[name] = { ...steps[name], state };
  const at = '2026-11-22T09:50:00.000Z';
  const edge = { request: 1, paths: 0, requestedAt: at, completedAt: at };
  const lease = { owner: 'ours', until: '2026-11-22T10:01:00.000Z' };
  return aTombstone({
    state: 'running',
    lease,
    hidden: true,
    attempts: 1,
    dueAt: at,
    steps,
    edge,
    edgeRequests: 1,
    ...overrides,
  });
}

type Ending = { progressed?: boolean; locked?: ObjectsLocked; ports?: Partial<Ports> };

/** The tombstone at the end of the pass, when it is due (in seconds from now), and which messages were sent. */
async function conclude(begun: Tombstone, { progressed = false, locked, ports: replaced }: Ending = {}) {
  const { ports, queues } = openMemoryWorld();
  const tombstone = { ...begun, progressed };
  let ended: Tombstone | undefined;
  const end: Pass['end'] = async (decide) => {
    ended = decide(tombstone, { at: ports.clock(), rules: replaced?.rules ?? ports.rules });
    return ended;
  };
  const pass: Pass = { tombstone, locked, found: {}, end, run: async () => {}, giveWay: async () => {} };
  await concludePass({ ...ports, ...replaced }, pass);
  const next = ended as Tombstone | undefined;
  const seconds = next?.dueAt ? (Date.parse(next.dueAt) - ports.clock().getTime()) / 1000 : undefined;
  return { next, seconds, sent: queues.cleanup.messages().length, sentToEdge: queues.edge.messages().length, queues };
}

describe('a pass after which everything was empty once', () => {
  it('settles, and looks again after the settle delay', async () => {
    const { next, seconds, sent, sentToEdge } = await conclude(allIn('done'));
    expect(next).toMatchObject({ state: 'settling', progressed: true });
    expect(next?.history.at(-1)).toMatchObject({ from: 'running', to: 'settling', by: 'worker' });
    expect(next?.history.at(-1)).not.toHaveProperty('detail');
    expect([next?.steps.invalidateCache.state, next?.steps.verify.state]).toEqual(['waiting', 'waiting']);
    expect(next?.steps.deleteObjects.state).toBe('done');
    expect([seconds, sent, sentToEdge]).toEqual([900, 1, 1]);
  });

  it('settles once more when something had come late, and notes what', async () => {
    const late = allIn('done', { state: 'settling', late: { objects: 2 } });
    const { next } = await conclude(late, { progressed: true });
    expect(next?.history.at(-1)).toMatchObject({ from: 'settling', to: 'settling', detail: { objects: 2 } });
    expect(next?.receipts).toEqual([]);
  });
});

describe('a pass that has to wait', () => {
  const waiting = (requestedAt: string) =>
    allIn('done', { state: 'settling', edge: { request: 1, paths: 0, requestedAt } });

  it.each([
    ['at least half a minute', '2026-11-22T09:59:30.000Z', 30],
    ['a quarter of the time that it has waited', '2026-11-22T09:40:00.000Z', 300],
    ['at most ten minutes', '2026-11-22T05:00:00.000Z', 600],
  ])('for an invalidation looks again after %s', async (_, requestedAt, expected) => {
    const { next, seconds, sent, sentToEdge } = await conclude(waiting(requestedAt));
    expect(next).toMatchObject({ state: 'settling', progressed: true, receipts: [] });
    expect([next?.steps.invalidateCache.state, next?.steps.verify.state]).toEqual(['waiting', 'waiting']);
    expect([seconds, sent, sentToEdge]).toEqual([expected, 1, 1]);
  });

  it('for figures asks nobody at the edge', async () => {
    const { ports } = openMemoryWorld();
    const rows = { ...ports.rows, look: async () => ({ video_stats: 1 }) };
    const { next, sent, sentToEdge } = await conclude(allIn('done', { state: 'settling' }), { ports: { rows } });
    expect([next?.state, sent, sentToEdge]).toEqual(['settling', 1, 0]);
  });

  it('for nothing was asked of the edge, waits since the last move', async () => {
    const entry = { at: '2026-11-22T09:40:00.000Z', from: 'running', to: 'settling', by: 'worker', hash: '' };
    const unasked = allIn('done', { state: 'settling', edge: undefined, edgeRequests: 0, history: [entry] });
    expect((await conclude(unasked)).seconds).toBe(300);
  });

  it.each([
    ['in the queue for as long as a message can be delayed', 900, 1],
    ['on the table beyond that, so that no message circles', 901, 0],
  ])('for copies behind a gate waits %s', async (_, left, messages) => {
    const { ports } = openMemoryWorld({ gate: GATE });
    const gatedAt = plus(ports.clock(), left - GATE.ttlSeconds).toISOString();
    const edge = { request: 0, paths: 0, requestedAt: gatedAt, gatedAt };
    const { seconds, sent, sentToEdge } = await conclude(allIn('done', { state: 'settling', edge }), {
      ports: { rules: ports.rules },
    });
    expect([seconds, sent, sentToEdge]).toEqual([left, messages, 0]);
  });
});

describe('a pass in which a step failed', () => {
  const failed = (attempts: number) => {
    const tombstone = allIn('done', { attempts });
    tombstone.steps.deleteRows = { ...tombstone.steps.deleteRows, state: 'failed', error: 'SlowDown' };
    return tombstone;
  };

  it.each([true, false])(
    'is tried again after a while, and it says whether it got anywhere: %s',
    async (progressed) => {
      const { next, seconds, sent, sentToEdge } = await conclude(failed(3), { progressed });
      expect(next).toMatchObject({ state: 'running', progressed, revision: 2 });
      expect([seconds, sent, sentToEdge]).toEqual([40, 1, 1]);
    },
  );

  it('is given up at its twelfth attempt, and nothing is due any more', async () => {
    expect((await conclude(failed(11))).next?.state).toBe('running');
    const { next, seconds, sent, sentToEdge, queues } = await conclude(failed(12));
    expect(next).toMatchObject({ state: 'failed', sweepAt: undefined });
    expect(next?.history.at(-1)).toMatchObject({ to: 'failed', by: 'worker', detail: { code: 'SlowDown' } });
    expect([seconds, sent, queues.dead.messages().length]).toEqual([undefined, 0, 1]);
    expect(sentToEdge).toBe(1);
  });

  it('is not given up while it gets anywhere', async () => {
    const { next, queues } = await conclude(failed(12), { progressed: true });
    expect([next?.state, queues.dead.messages()]).toEqual(['running', []]);
  });
});

describe('a pass that retention in the store ended', () => {
  /** The steps when only objects are locked: the edge was asked, and must be asked once more. */
  function lockedAlone(): Tombstone {
    const tombstone = allIn('done');
    const { deleteObjects, invalidateEdge, verify } = tombstone.steps;
    Object.assign(deleteObjects, { state: 'failed', error: 'ObjectsLocked' });
    invalidateEdge.state = 'provisional';
    verify.state = 'waiting';
    return tombstone;
  }

  it.each([
    ['another step failed', { deleteRows: 'failed' }],
    ['another step has to run once more', { deleteRows: 'waiting' }],
    ['the edge could not be asked', { invalidateEdge: 'failed' }],
  ] satisfies [string, Partial<Record<StepName, StepState>>][])(
    'is tried again as any other when %s',
    async (_, states) => {
      const tombstone = lockedAlone();
      for (const [name, state] of Object.entries(states)) tombstone.steps[name as StepName].state = state;
      const { next, seconds, sent } = await conclude(tombstone, { locked: new ObjectsLocked({}) });
      expect([next?.state, seconds, sent]).toEqual(['running', 10, 1]);
    },
  );

  it('waits for its end, without a message', async () => {
    const until = '2026-11-23T12:00:00.000Z';
    const { next, seconds, sent } = await conclude(lockedAlone(), { locked: new ObjectsLocked({}, until) });
    expect(next).toMatchObject({ state: 'held', held: { from: 'running' }, progressed: true, dueAt: until });
    expect(next?.history.at(-1)).toMatchObject({ to: 'held', by: 'worker', detail: { code: 'ObjectsLocked' } });
    expect([seconds, sent]).toEqual([26 * 3600, 0]);
  });

  it('looks once a day when it has none, and in a second when it has just ended', async () => {
    expect((await conclude(lockedAlone(), { locked: new ObjectsLocked({}) })).seconds).toBe(86_400);
    const over = new ObjectsLocked({}, '2026-11-22T09:00:00.000Z');
    expect((await conclude(lockedAlone(), { locked: over })).seconds).toBe(1);
  });
});
