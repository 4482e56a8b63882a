import { expect, test } from 'vitest';
import type { Deletion } from '../../web/src/client/types.ts';
import { createPollPlan } from '../../web/src/deletion/progress/createPollPlan.ts';

const SETTLE = 900_000;

/** Polls whenever it is time, for so long. @returns when, in seconds */
function pollsDuring(milliseconds: number, deletionAt: (time: number) => Partial<Deletion>): number[] {
  let time = 0;
  const plan = createPollPlan({ now: () => time, serverNow: () => time });
  const polls: number[] = [];
  for (; time <= milliseconds; time += 1_000) {
    if (plan.due([{ video: { id: 'v' } }]).length === 0) continue;
    polls.push(time / 1_000);
    plan.polled('v', { state: 'running', steps: [], undoableUntil: at(0), ...deletionAt(time) });
  }
  return polls;
}
const at = (time: number) => new Date(time).toISOString();

test('polls once a second while there is news', () => {
  expect(pollsDuring(5_000, (time) => ({ steps: [{ name: 'verify', attempts: time }] as never }))).toEqual([
    0, 1, 2, 3, 4, 5,
  ]);
});

test('polls less and less often while there is no news: some sixty times in a settle delay of 15 minutes', () => {
  const polls = pollsDuring(SETTLE, () => ({ state: 'settling', dueAt: at(SETTLE) }));
  expect(polls.length).toBeLessThan(75);
  expect(Math.max(...polls.slice(1).map((poll, index) => poll - (polls[index] ?? 0)))).toBeLessThanOrEqual(15);
});

test('polls at the times that the server has announced', () => {
  expect(pollsDuring(60_000, () => ({ state: 'pending', undoableUntil: at(23_000) }))).toContain(23);
  expect(pollsDuring(60_000, () => ({ state: 'settling', dueAt: at(41_000) }))).toContain(41);
});

test('polls the deletion that has waited longest first, and all of them after the page was hidden', () => {
  let time = 0;
  const plan = createPollPlan({ now: () => time, serverNow: () => time });
  const entries = ['a', 'b', 'c'].map((id) => ({ video: { id } }));
  const deletion = { state: 'running', steps: [], undoableUntil: at(0) } as const;
  for (const [second, id] of [...'bca'].entries()) {
    time = second * 100;
    plan.polled(id, { ...deletion, steps: [] });
  }
  expect(plan.due(entries)).toEqual([]);
  time = 1_100;
  expect(plan.due(entries).map(({ video }) => video.id)).toEqual(['b', 'c']);
  plan.pollAll();
  expect(plan.due(entries)).toHaveLength(3);
});
