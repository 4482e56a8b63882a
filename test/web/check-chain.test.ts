import { expect, test } from 'vitest';
import { foldedOf } from '../../functions/deletion/record/history.ts';
import { transition } from '../../functions/deletion/record/transition.ts';
import type { HistoryEntry } from '../../web/src/client/types.ts';
import { brokenAt, foldedOf as foldedInPage } from '../../web/src/console/detail/checkChain.ts';
import { aTombstone } from '../support/a-tombstone.ts';
import { RULES } from '../support/rules.ts';

/** A history of so many entries, as the page is given it. */
function historyOf(entries: number) {
  let tombstone = aTombstone({ state: 'settling' });
  while (tombstone.history.length + (tombstone.folded?.count ?? 0) < entries)
    tombstone = transition(
      tombstone,
      'settle',
      { by: 'worker' },
      {},
      { at: new Date('2026-11-22T10:20:00.000Z'), rules: RULES },
    );
  return { history: tombstone.history as HistoryEntry[], folded: tombstone.folded };
}

test('the page folds as the service does', () => {
  for (let length = 0; length < 1_000; length++) expect(foldedInPage(length)).toBe(foldedOf(length));
});

test('a history is whole in the page as it was written, folded or not', async () => {
  for (const entries of [1, 200, 201, 450]) {
    const { history, folded } = historyOf(entries);
    expect(await brokenAt(history, folded)).toBeUndefined();
  }
});

test('an entry that was changed, or a beginning that was cut off, shows with its number', async () => {
  const { history, folded } = historyOf(250);
  const edited = history.with(4, { ...(history[4] as HistoryEntry), by: 'nobody' });
  expect(await brokenAt(edited, folded)).toBe(105);
  const short = historyOf(6).history;
  expect(await brokenAt(short.slice(2), { count: 2, hash: short[1]?.hash ?? '' })).toBe(1);
  expect(await brokenAt(short.slice(2))).toBe(1);
});
