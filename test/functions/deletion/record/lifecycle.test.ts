import { describe, expect, test } from 'vitest';
import { NotAllowedNow } from '../../../../functions/deletion/errors.ts';
import { MAX_HISTORY } from '../../../../functions/deletion/record/history.ts';
import { brokenBy, isRefused } from '../../../../functions/deletion/record/invariants.ts';
import * as lifecycle from '../../../../functions/deletion/record/lifecycle.ts';
import type { Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { MAX_ATTEMPTS, MAX_REQUESTS, type Rules } from '../../../../functions/deletion/rules.ts';
import { aVideoId } from '../../../support/a-tombstone.ts';

const A_DAY = 86_400;
const rules: Rules = {
  undoSeconds: 30 * A_DAY,
  adminUndoSeconds: 10,
  settleSeconds: 900,
  leaseSeconds: 60,
  sweepAfterSeconds: 120,
  retentionDays: 400,
};
const START = Date.parse('2026-11-22T10:00:00.000Z');
const moment = (seconds: number, changed: Partial<Rules> = {}) => ({
  at: new Date(START + seconds * 1000),
  rules: { ...rules, ...changed },
});
const timeAfter = (seconds: number) => moment(seconds).at.toISOString();

const videoId = aVideoId();
const target = { prefix: `videos/${videoId}/`, strayKeys: [], notOurs: { count: 0 }, runs: [] };
const video = { videoId, deletionId: 'd', ownerId: 'owner', target, wasPublic: true };
const owner = { by: 'owner', isAdmin: false };
const admin = { by: 'admin', isAdmin: true };
const byOwner = { by: 'owner', reason: 'owner' } as const;
const byAdmin = { by: 'admin', reason: 'admin' } as const;
const caseOf = { code: 'litigation', caseNumber: '1' } as const;
const held = (each: Tombstone, seconds: number) =>
  lifecycle.hold(each, { by: 'admin', reason: caseOf }, moment(seconds));

const requested = (changed: Partial<Rules> = {}) => lifecycle.request({ ...video, ...byOwner }, moment(0, changed));
const hiddenAtOnce = (changed: Partial<Rules> = {}) => lifecycle.hidden(requested(changed), moment(1, changed));

describe('the undo window', () => {
  test('is the one of the reason, and work begins after it', () => {
    expect(requested()).toMatchObject({ undoableUntil: timeAfter(30 * A_DAY), dueAt: timeAfter(30 * A_DAY) });
    const taken = lifecycle.request({ ...video, ...byAdmin }, moment(0));
    expect(taken).toMatchObject({ undoableUntil: timeAfter(10), dueAt: timeAfter(10) });
  });

  test('of 0 s leaves work to begin at once', () => {
    expect(requested({ undoSeconds: 0 })).toMatchObject({ undoableUntil: timeAfter(0), dueAt: timeAfter(0) });
  });

  test('is longer than a message can wait: the sweeper comes when work may begin, and not before', () => {
    expect(hiddenAtOnce().sweepAt).toBe(timeAfter(30 * A_DAY));
    expect(hiddenAtOnce({ undoSeconds: 600 }).sweepAt).toBe(timeAfter(600 + 120));
  });

  test('does not keep the sweeper from a video that is visible still', () => {
    expect(requested().sweepAt).toBe(timeAfter(120));
  });

  test('ends at once when it is expedited, and only once', () => {
    const now = lifecycle.expedite(hiddenAtOnce(), owner, moment(60));
    expect(now).toMatchObject({ state: 'pending', undoableUntil: timeAfter(60), dueAt: timeAfter(60) });
    expect(now.history.at(-1)).toMatchObject({ from: 'pending', to: 'pending', by: 'owner' });
    expect(lifecycle.expedite(now, owner, moment(90))).toBe(now);
    expect(() => lifecycle.undo(now, owner, moment(60))).toThrow(NotAllowedNow);
  });

  test('is only shortened under a hold', () => {
    const now = lifecycle.expedite(held(hiddenAtOnce(), 10), owner, moment(60));
    expect(now).toMatchObject({ state: 'held', undoableUntil: timeAfter(60) });
    expect([now.dueAt, now.sweepAt]).toEqual([undefined, undefined]);
  });

  test('changes nothing once work has begun, and is refused where no deletion goes on', () => {
    const running = lifecycle.begin(requested({ undoSeconds: 0 }), { worker: 'w' }, moment(0));
    expect(lifecycle.expedite(running, owner, moment(1))).toBe(running);
    const undone = lifecycle.undo(requested(), owner, moment(1));
    expect(() => lifecycle.expedite(undone, owner, moment(2))).toThrow(NotAllowedNow);
  });

  test('is open for an undo that arrived in time, however long it was under way within half a minute', () => {
    const waiting = requested({ undoSeconds: 10, graceSeconds: 5 });
    expect(waiting.dueAt).toBe(timeAfter(15));
    const arrived = (seconds: number) => ({ ...owner, arrivedAt: moment(seconds).at });
    expect(lifecycle.undo(waiting, arrived(9), moment(14)).state).toBe('cancelled');
    expect(lifecycle.undo(waiting, arrived(9), moment(39)).history.at(-1)?.at).toBe(timeAfter(39));
    expect(() => lifecycle.undo(waiting, arrived(9), moment(41))).toThrow(NotAllowedNow);
    expect(() => lifecycle.undo(waiting, arrived(10), moment(10))).toThrow(NotAllowedNow);
    expect(() => lifecycle.undo(waiting, arrived(10), moment(14))).toThrow(NotAllowedNow);
    expect(() => lifecycle.undo(waiting, arrived(9), moment(8))).not.toThrow();
    expect(() => lifecycle.undo(waiting, arrived(11), moment(8))).not.toThrow();
    expect(requested({ undoSeconds: 0, graceSeconds: 5 }).dueAt).toBe(timeAfter(0));
  });
});

describe('more than one who asks', () => {
  const both = () => lifecycle.join(hiddenAtOnce(), byAdmin, moment(100));

  test('stand on the tombstone in their order, each once', () => {
    expect(both().requests).toEqual([
      { ...byOwner, at: timeAfter(0), until: timeAfter(30 * A_DAY) },
      { ...byAdmin, at: timeAfter(100), until: timeAfter(110) },
    ]);
    expect(lifecycle.join(both(), byAdmin, moment(200))).toEqual(both());
  });

  test('shorten the undo window, and never make it longer', () => {
    expect(both()).toMatchObject({ undoableUntil: timeAfter(110), dueAt: timeAfter(110) });
    const first = lifecycle.request({ ...video, ...byAdmin }, moment(0));
    expect(lifecycle.join(first, byOwner, moment(5)).undoableUntil).toBe(timeAfter(10));
  });

  test('are two where one person asks for two reasons, and each has its entry', () => {
    const each = lifecycle.join(hiddenAtOnce(), { by: 'owner', reason: 'account' }, moment(2));
    expect(each.requests.map(({ reason }) => reason)).toEqual(['owner', 'account']);
    expect(each.history.at(-1)).toMatchObject({
      by: 'owner',
      from: 'pending',
      to: 'pending',
      detail: { code: 'account' },
    });
  });

  test('may each end their own window, and somebody else the first one', () => {
    const each = lifecycle.join(hiddenAtOnce(), { by: 'account', reason: 'account' }, moment(2));
    const untilOf = (by: string) =>
      lifecycle.expedite(each, { by, isAdmin: true }, moment(5)).requests.map((one) => one.until);
    const [first, second] = each.requests.map(({ until }) => until);
    expect(untilOf('account')).toEqual([first, timeAfter(5)]);
    expect(untilOf('owner')).toEqual([timeAfter(5), second]);
    expect(untilOf('nobody')).toEqual([timeAfter(5), second]);
    expect(lifecycle.expedite(each, owner, moment(5)).requests[0]).toEqual({
      ...each.requests[0],
      until: timeAfter(5),
    });
  });

  test('leave work alone that has begun', () => {
    const running = lifecycle.begin(requested({ undoSeconds: 0 }), { worker: 'w' }, moment(0));
    const joined = lifecycle.join(running, byAdmin, moment(30));
    expect(joined).toMatchObject({ state: 'running', dueAt: running.dueAt, lease: running.lease });
  });

  test('keep the owner from undoing and from expediting', () => {
    expect(() => lifecycle.undo(both(), owner, moment(101))).toThrow(NotAllowedNow);
    expect(() => lifecycle.expedite(both(), owner, moment(101))).toThrow(NotAllowedNow);
  });

  test('go on without the admin who takes the request back, with the window of the owner', () => {
    const again = lifecycle.undo(both(), admin, moment(101));
    expect(again).toMatchObject({ state: 'pending', undoableUntil: timeAfter(30 * A_DAY) });
    expect(again.history.at(-1)).toMatchObject({ by: 'admin', from: 'pending', to: 'pending' });
    expect(again.requests).toEqual([{ ...byOwner, at: timeAfter(0), until: timeAfter(30 * A_DAY) }]);
    const undone = lifecycle.undo(again, owner, moment(102));
    expect(undone).toMatchObject({ state: 'cancelled', restores: 0 });
    expect(undone.history.at(-1)).toMatchObject({ by: 'owner', from: 'pending', to: 'cancelled' });
  });

  test('are ten at most, and an admin is always among them', () => {
    let each = hiddenAtOnce();
    for (let one = 0; one < 12; one++)
      each = lifecycle.join(each, { by: `account-${one}`, reason: 'account' }, moment(2));
    expect(each.requests.map(({ by }) => by)).toEqual([
      'owner',
      ...Array.from({ length: MAX_REQUESTS - 1 }, (_, n) => `account-${n}`),
    ]);
    each = lifecycle.join(each, byAdmin, moment(3));
    expect(each.requests).toHaveLength(MAX_REQUESTS);
    expect(each.requests.map(({ by }) => by).slice(-2)).toEqual(['account-7', 'admin']);
    expect(brokenBy(undefined, each, moment(3))).toEqual([]);
  });
});

test('a request that takes the place of another never makes the undo window longer', () => {
  let each = hiddenAtOnce();
  for (let one = 0; one < 9; one++) each = lifecycle.join(each, { by: `admin-${one}`, reason: 'admin' }, moment(one));
  expect(each.requests.map(({ by }) => by).slice(-2), 'the tenth has room').toEqual(['admin-7', 'admin-8']);
  const later = lifecycle.join(each, { by: 'another', reason: 'admin' }, moment(9));
  expect(later.undoableUntil).toBe(each.undoableUntil);
  const first = lifecycle.join(later, { by: 'first', reason: 'admin' }, moment(8, { adminUndoSeconds: 0 }));
  const last = lifecycle.join(first, { by: 'last', reason: 'admin' }, moment(9));
  expect(last.undoableUntil).toBe(first.undoableUntil);
  expect(brokenBy(first, last, moment(9))).toEqual([]);
  const lastButOne = lifecycle.join(last, { by: 'more', reason: 'admin' }, moment(9));
  expect(lastButOne.undoableUntil, 'the window of a request that is no longer there').toBe(first.undoableUntil);
});

describe('a new owner of the row', () => {
  const due = () => lifecycle.hidden(requested({ undoSeconds: 10 }), moment(1));
  const begun = (each: Tombstone, ownerId: string) =>
    lifecycle.begin(each, { worker: 'w', row: { ownerId, target: each.target } }, moment(15));

  test('undoes what the former one alone has asked for', () => {
    const undone = begun(due(), 'new');
    expect(undone).toMatchObject({ state: 'cancelled', attempts: 0, dueAt: timeAfter(15) });
    expect(undone.history.at(-1)).toMatchObject({ by: 'worker', detail: { code: 'OwnerChanged' } });
  });

  test('does not undo what an admin has asked for', () => {
    expect(begun(lifecycle.join(due(), byAdmin, moment(2)), 'new').state).toBe('running');
  });

  test('counts after a release, too, but not once work has begun', () => {
    const released = lifecycle.release(held(due(), 2), { by: 'admin', reason: caseOf }, moment(12));
    expect(begun(released, 'new').state).toBe('cancelled');
    const running = lifecycle.release(held(begun(due(), 'owner'), 16), { by: 'admin', reason: caseOf }, moment(90));
    expect(
      lifecycle.begin(running, { worker: 'x', row: { ownerId: 'new', target: running.target } }, moment(90)).state,
    ).toBe('running');
  });
});

describe('the lease', () => {
  const begun = () => lifecycle.begin(hiddenAtOnce({ undoSeconds: 0 }), { worker: 'w' }, moment(1));

  test('stands apart from when work is due', () => {
    expect(begun()).toMatchObject({ dueAt: timeAfter(0), lease: { owner: 'w', until: timeAfter(61) } });
    expect(begun().sweepAt).toBe(timeAfter(0 + 120));
    expect(lifecycle.renew(begun(), moment(60))).toMatchObject({
      dueAt: timeAfter(0),
      lease: { until: timeAfter(120) },
    });
  });

  test('keeps the next worker out until it has ended', () => {
    expect(() => lifecycle.begin(begun(), { worker: 'x' }, moment(60))).toThrow(NotAllowedNow);
    expect(lifecycle.begin(begun(), { worker: 'x' }, moment(61))).toMatchObject({ interrupted: 1, attempts: 2 });
  });

  test('stands through a hold and its release: its holder goes on', () => {
    const again = lifecycle.release(held(begun(), 10), { by: 'admin', reason: caseOf }, moment(20));
    expect(again).toMatchObject({ state: 'running', lease: { owner: 'w' } });
    expect(() => lifecycle.begin(again, { worker: 'x' }, moment(21))).toThrow(NotAllowedNow);
  });
});

describe('a pass ends by giving its lease back, and the next one is due', () => {
  const running = lifecycle.begin(hiddenAtOnce({ undoSeconds: 0 }), { worker: 'w' }, moment(1));
  const lock = { because: 'external', seconds: 3600 } as const;
  const END = moment(5);

  test.each<[string, Tombstone, number | undefined]>([
    ['at once, when it is out of time', lifecycle.handOn(running, END), 5],
    ['after a backoff, when something failed', lifecycle.retry(running, () => 0.5, END), 15],
    ['after the settle delay', lifecycle.settle(running, END), 905],
    ['after what it waits for', lifecycle.wait(running, 30, END), 35],
    ['after the lock', lifecycle.lock(running, lock, END), 3605],
    ['when it was due, after a command has stopped it', lifecycle.giveWay(running, END), 0],
    ['never, once it is given up', lifecycle.giveUp(running, END), undefined],
  ])('%s', (_, ended, seconds) => {
    expect(ended.lease).toBeUndefined();
    expect(ended.dueAt).toBe(seconds === undefined ? undefined : timeAfter(seconds));
  });
});

describe('what is held', () => {
  const running = () => lifecycle.begin(hiddenAtOnce({ undoSeconds: 0 }), { worker: 'w' }, moment(1));
  const locked = () => lifecycle.lock(running(), { because: 'objectLock', seconds: 3600 }, moment(2));

  test('by a store is due when its lock ends, and a worker goes on by itself', () => {
    expect(locked()).toMatchObject({ state: 'held', held: { because: 'objectLock', from: 'running' } });
    const again = lifecycle.begin(locked(), { worker: 'x' }, moment(3602));
    expect(again).toMatchObject({ state: 'running', held: undefined });
    expect(again.history.at(-1)).toMatchObject({ by: 'worker', from: 'held', to: 'running' });
  });

  test('by a store and by an admin waits for the admin', () => {
    const both = held(locked(), 10);
    expect(both).toMatchObject({ held: { because: 'legalHold', from: 'running' }, dueAt: undefined });
    expect(() => lifecycle.begin(both, { worker: 'x' }, moment(3602))).toThrow(NotAllowedNow);
  });

  test('may be a deleted video that a backup has brought back, and a DELETE of it waits for the release', () => {
    const settling = lifecycle.settle(running(), moment(2));
    const last = lifecycle.begin(settling, { worker: 'x' }, moment(902));
    const deleted = lifecycle.finish(last, { receipt: 'r' }, moment(903));
    const kept = held(deleted, 1000);
    expect(kept).toMatchObject({ state: 'held', held: { from: 'deleted' }, expiresAt: undefined });
    const again = lifecycle.reapply(kept, { by: 'admin', target }, moment(1001));
    expect(again).toMatchObject({ state: 'held', held: { from: 'running' }, hidden: false, dueAt: undefined });
    expect(again.sweepAt).toBe(timeAfter(1001 + 120));
    const released = lifecycle.release(again, { by: 'admin', reason: caseOf }, moment(2000));
    expect(released).toMatchObject({ state: 'running', dueAt: timeAfter(2000) });
  });
});

test('a video of a failed deletion that is visible still is hidden by the sweeper', () => {
  const running = lifecycle.begin(requested({ undoSeconds: 0 }), { worker: 'w' }, moment(1));
  const failed = lifecycle.giveUp(running, moment(2));
  expect(failed).toMatchObject({ state: 'failed', hidden: false, dueAt: undefined, sweepAt: timeAfter(120) });
});

test('a video that a restored backup has brought back is hidden again, whatever the deletion waits for', () => {
  const steps = { ...requested().steps, hide: { state: 'done', attempts: 1, counts: {} } } as const;
  const again = lifecycle.hideAgain({ ...hiddenAtOnce(), steps }, moment(A_DAY));
  expect(again.hiddenAt).toBeUndefined();
  expect(again.steps).toEqual(requested().steps);
  expect(again).toMatchObject({ state: 'pending', hidden: false, sweepAt: timeAfter(A_DAY + 120) });
});

describe('what is given up', () => {
  const running = () => lifecycle.begin(hiddenAtOnce({ undoSeconds: 0 }), { worker: 'w' }, moment(1));
  const failing = (errors: Partial<Record<'hide' | 'deleteObjects' | 'verify', string>>): Tombstone => {
    const failed = Object.entries(errors).map(([name, error]) => [
      name,
      { state: 'failed', attempts: 1, counts: {}, error },
    ]);
    return { ...running(), steps: { ...running().steps, ...Object.fromEntries(failed) } };
  };

  test.each([
    [{}, 'Interrupted'],
    [{ deleteObjects: 'AccessDenied' }, 'AccessDenied'],
    [{ deleteObjects: 'ObjectsLocked' }, 'ObjectsLocked'],
    [{ hide: 'ObjectsLocked', deleteObjects: 'AccessDenied' }, 'AccessDenied'],
    [{ deleteObjects: 'SlowDown', verify: 'AccessDenied' }, 'SlowDown'],
  ])('with the steps %o says %s, and by whom', (errors, code) => {
    const given = lifecycle.giveUp(failing(errors), moment(9));
    expect(given.history.at(-1)).toMatchObject({ by: 'worker', from: 'running', to: 'failed', detail: { code } });
  });

  test('takes no code from a step that has not failed', () => {
    const each = failing({ deleteObjects: 'AccessDenied' });
    const steps = { ...each.steps, deleteObjects: { ...each.steps.deleteObjects, state: 'waiting' as const } };
    expect(lifecycle.giveUp({ ...each, steps }, moment(9)).history.at(-1)).toMatchObject({
      detail: { code: 'Interrupted' },
    });
  });
});

test('a worker writes its own name into the history, and none of its attempts is beyond the last', () => {
  const begun = lifecycle.begin(hiddenAtOnce({ undoSeconds: 0 }), { worker: 'w' }, moment(1));
  expect(begun.history.at(-1)).toMatchObject({ by: 'worker', from: 'pending', to: 'running' });
  const exhausted = { ...hiddenAtOnce({ undoSeconds: 0 }), attempts: MAX_ATTEMPTS };
  expect(() => lifecycle.begin(exhausted, { worker: 'w' }, moment(1))).toThrow(NotAllowedNow);
  expect(lifecycle.begin({ ...exhausted, progressed: true }, { worker: 'w' }, moment(1)).attempts).toBe(MAX_ATTEMPTS);
});

describe('a gate that is closed', () => {
  const gated = { undoSeconds: 10, gate: { ttlSeconds: 3600, invalidates: false } };
  const closed = (each: Tombstone, seconds: number) => lifecycle.gateClosed(each, moment(seconds, gated));

  test('late, after the undo and its second look, makes the deletion due at once', () => {
    const pending = lifecycle.hidden(lifecycle.request({ ...video, ...byOwner }, moment(0, gated)), moment(1, gated));
    const undone = lifecycle.undo(pending, owner, moment(2, gated));
    const opened = lifecycle.gateOpened(undone, moment(100, gated));
    const restored = { ...opened, restores: 2, dueAt: undefined, sweepAt: undefined };
    expect(closed(restored, 200)).toMatchObject({ dueAt: timeAfter(200), edge: { gatedAt: timeAfter(200) } });
    expect(closed(restored, 200).edge?.openedAt).toBeUndefined();
  });

  test('in time changes nothing of when work is due', () => {
    const pending = lifecycle.hidden(lifecycle.request({ ...video, ...byOwner }, moment(0, gated)), moment(1, gated));
    expect(closed(pending, 2)).toMatchObject({ dueAt: pending.dueAt, state: 'pending' });
    for (const state of ['failed', 'none'] as const) {
      expect(closed({ ...pending, state, dueAt: undefined }, 2).dueAt).toBeUndefined();
    }
  });
});

test('a history that is full is folded, and the chain goes on', () => {
  let each = hiddenAtOnce();
  for (let count = 0; count < MAX_HISTORY + 1; count++) each = held(each, 10 + count);
  expect(each.history.length + (each.folded?.count ?? 0)).toBe(MAX_HISTORY + 2);
  expect(each.folded?.count).toBeGreaterThan(0);
});

test('an invariant that is broken is named, and said to be kept before or not', () => {
  const good = hiddenAtOnce();
  const bad = { ...good, revision: good.revision + 1, dueAt: undefined } as Tombstone;
  expect(brokenBy(good, bad, moment(2))).toContainEqual({ name: 'what is open is due', kept: true });
  const again = { ...bad, revision: bad.revision + 1 };
  expect(brokenBy(bad, again, moment(3))).toContainEqual({ name: 'what is open is due', kept: false });
});

test('a write that breaks an invariant is refused, unless it was broken before, or is a hold or a giving up', () => {
  const good = hiddenAtOnce();
  const bad = { ...good, revision: good.revision + 1, requests: [] };
  const isKept = (before: Tombstone, after: Tombstone, now: ReturnType<typeof moment>) =>
    isRefused(before, after, brokenBy(before, after, now));
  expect(isKept(good, bad, moment(2))).toBe(true);
  expect(isKept(bad, { ...bad, revision: bad.revision + 1 }, moment(3))).toBe(false);
  expect(isKept(good, { ...held(good, 3), requests: [] }, moment(3))).toBe(false);
});
