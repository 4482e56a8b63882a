import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chain, checkReceipt, onlyNotShown } from '../../../../functions/deletion/record/check-receipt.ts';
import { append, type HistoryEntry, MAX_HISTORY } from '../../../../functions/deletion/record/history.ts';
import { type Receipt, receiptOf } from '../../../../functions/deletion/record/receipt.ts';
import type { Command } from '../../../../functions/deletion/record/state-table.ts';
import type { Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { transition } from '../../../../functions/deletion/record/transition.ts';
import { aTombstone, aVideoId } from '../../../support/a-tombstone.ts';
import { ISSUER, RULES } from '../../../support/rules.ts';

const at = new Date('2026-11-22T10:20:00.000Z');
const moved = (tombstone: Tombstone, ...commands: Command[]) =>
  commands.reduce((from, command) => transition(from, command, { by: 'worker' }, {}, { at, rules: RULES }), tombstone);

/** A receipt, and the deletion as it is stored with it. */
function finished(settling: Tombstone): { receipt: Receipt; deleted: Tombstone } {
  const receipt = receiptOf(settling, { id: 'a-receipt', at, issuer: ISSUER });
  return { receipt, deleted: moved(settling, 'finish') };
}

const { receipt, deleted } = finished(moved(aTombstone(), 'begin', 'giveUp', 'replay', 'settle'));
const withHistory = (history: HistoryEntry[]): Chain => ({ ...deleted, history });
const kindsOf = (chain: Chain, checked = receipt) => checkReceipt(checked, chain).map(({ kind }) => kind);
/** The entries that the receipt covers: all except the move to `deleted`. */
const covered = fc.integer({ min: 0, max: deleted.history.length - 2 });

describe('checkReceipt', () => {
  it('finds nothing wrong with a history as it was written', () => {
    expect(receipt.history.length).toBe(deleted.history.length - 1);
    expect(checkReceipt(receipt, deleted)).toEqual([]);
  });

  it('names the entry in which anything was changed', () => {
    const members = fc.constantFrom('at', 'from', 'to', 'by', 'detail', 'hash');
    fc.assert(
      fc.property(covered, members, (position, member) => {
        const entry = deleted.history[position] as HistoryEntry;
        const edited = { ...entry, [member]: member === 'detail' ? { objects: 1 } : `${entry.at}0` };
        const [first, ...rest] = checkReceipt(receipt, withHistory(deleted.history.with(position, edited)));
        expect(first).toMatchObject({ kind: 'changed', entry: position + 1 });
        expect(first?.message).toContain(`Entry ${position + 1} is not as it was written`);
        // Only the last hash is the head.
        const isHead = member === 'hash' && position === receipt.history.length - 1;
        expect(rest.map(({ kind }) => kind)).toEqual(isHead ? ['headDiffers'] : []);
      }),
    );
  });

  it('shows an entry that was cut out, wherever it stood', () => {
    fc.assert(
      fc.property(covered, (position) => {
        const [first, second] = checkReceipt(receipt, withHistory(deleted.history.toSpliced(position, 1)));
        expect(first).toMatchObject({ kind: 'removed', entry: position + 1 });
        expect(second?.kind).toMatch(/^(lengthDiffers|headDiffers)$/);
      }),
    );
  });

  it('shows that the first entries were cut off, though what is left claims that they were folded away', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: receipt.history.length }), (count) => {
        const hash = deleted.history[count - 1]?.hash ?? '';
        const cut = { ...withHistory(deleted.history.slice(count)), folded: { count, hash } };
        const [finding] = checkReceipt(receipt, cut);
        expect(finding).toMatchObject({ kind: 'removed', entry: 1 });
        expect(finding?.message).toContain(`Entries 1 to ${count} are missing`);
      }),
    );
  });

  it('shows entries that have changed places', () => {
    fc.assert(
      fc.property(fc.uniqueArray(covered, { minLength: 2, maxLength: 2 }), (places) => {
        const [first = 0, second = 0] = places.sort((a, b) => a - b);
        const [a, b] = [deleted.history[first] as HistoryEntry, deleted.history[second] as HistoryEntry];
        const findings = checkReceipt(receipt, withHistory(deleted.history.with(first, b).with(second, a)));
        expect(findings[0]).toMatchObject({ kind: 'reordered', entry: first + 1 });
      }),
    );
  });

  it('shows an entry that was put in, even one with the right hash', () => {
    const { hash: _, ...copied } = deleted.history[1] as HistoryEntry;
    const forged = append(deleted.history.slice(0, 2), copied);
    const [finding] = checkReceipt(receipt, withHistory([...forged, ...deleted.history.slice(2)]));
    expect(finding).toMatchObject({ kind: 'added', entry: 4 });
  });

  it('shows that a history was written anew, though its chain is whole', () => {
    const rewritten = deleted.history.reduce<HistoryEntry[]>(
      (history, { hash: _, ...entry }) => append(history, { ...entry, by: 'somebody else' }),
      [],
    );
    expect(kindsOf(withHistory(rewritten))).toEqual(['headDiffers']);
  });

  it('shows that the end is missing, and a receipt that counts wrongly', () => {
    expect(kindsOf(withHistory(deleted.history.slice(0, -2)))).toEqual(['lengthDiffers']);
    expect(kindsOf(withHistory([]))).toEqual(['lengthDiffers']);
    const { head, length } = receipt.history;
    expect(kindsOf(deleted, { ...receipt, history: { head, length: length + 1 } })).toEqual(['lengthDiffers']);
    expect(kindsOf(deleted, { ...receipt, history: { head, length: length - 1 } })).toEqual(['lengthDiffers']);
  });

  it('is not content with what comes after the receipt either', () => {
    const last = deleted.history.at(-1) as HistoryEntry;
    const edited = withHistory(deleted.history.with(-1, { ...last, by: 'somebody else' }));
    expect(checkReceipt(receipt, edited)).toMatchObject([{ kind: 'changed', entry: deleted.history.length }]);
  });

  it('names the first entry as well, although the head is nowhere to be found', () => {
    const first = deleted.history[0] as HistoryEntry;
    const edited = withHistory(deleted.history.with(0, { ...first, by: 'somebody else' }));
    const foreign = { ...receipt, history: { ...receipt.history, head: 'f'.repeat(64) } };
    expect(checkReceipt(foreign, edited)).toMatchObject([{ kind: 'changed', entry: 1 }, { kind: 'headDiffers' }]);
  });

  it('takes the entry of the head for changed, and not for cut out, where only its hash is another', () => {
    const { length } = receipt.history;
    const head = deleted.history[length - 1] as HistoryEntry;
    const edited = withHistory(deleted.history.with(length - 1, { ...head, hash: 'f'.repeat(64) }));
    expect(checkReceipt(receipt, edited)).toMatchObject([{ kind: 'changed', entry: length }, { kind: 'headDiffers' }]);
  });

  it('refuses the receipt of another video or deletion, and says whose it is', () => {
    const other = { ...deleted, videoId: aVideoId() };
    expect(checkReceipt(receipt, other)).toMatchObject([{ kind: 'otherVideo' }]);
    expect(checkReceipt(receipt, other)[0]?.message).toContain(receipt.sub);
    expect(kindsOf({ ...deleted, deletionId: 'another' })).toEqual(['otherDeletion']);
  });

  it('holds both receipts of a video that was deleted again', () => {
    const again = finished(moved(deleted, 'reapply', 'settle'));
    expect(again.receipt.history.length).toBeGreaterThan(receipt.history.length);
    expect(kindsOf(again.deleted, receipt)).toEqual([]);
    expect(kindsOf(again.deleted, again.receipt)).toEqual([]);
    expect(kindsOf(deleted, again.receipt)).toEqual(['lengthDiffers']);
  });
});

describe('checkReceipt of a history that was folded', () => {
  const endless = Array.from({ length: MAX_HISTORY }, (): Command => 'settle');
  const folding = moved(aTombstone(), 'begin', ...endless);
  const folded = finished(folding);

  it('goes on from the hash that is kept, and counts what is not', () => {
    expect(folding.folded?.count).toBe(MAX_HISTORY / 2);
    expect(folded.receipt.history.length).toBe(MAX_HISTORY + 2);
    expect(kindsOf(folded.deleted, folded.receipt)).toEqual([]);
    const entry = folded.deleted.history[0] as HistoryEntry;
    const edited = { ...folded.deleted, history: folded.deleted.history.with(0, { ...entry, by: 'nobody' }) };
    expect(checkReceipt(folded.receipt, edited)).toMatchObject([{ kind: 'changed', entry: MAX_HISTORY / 2 + 1 }]);
  });

  it('shows a fold that was changed', () => {
    const changed = { ...folded.deleted, folded: { count: MAX_HISTORY / 2, hash: '0'.repeat(64) } };
    expect(checkReceipt(folded.receipt, changed)).toMatchObject([{ kind: 'changed', entry: MAX_HISTORY / 2 + 1 }]);
    const fewer = { ...folded.deleted, folded: { count: 7, hash: folded.deleted.folded?.hash ?? '' } };
    expect(kindsOf(fewer, folded.receipt)).toEqual(['removed', 'lengthDiffers']);
  });

  it('shows that more was cut off than is folded away', () => {
    const { history, folded: kept } = folded.deleted;
    const cut = { count: (kept?.count ?? 0) + 5, hash: history[4]?.hash ?? '' };
    const findings = checkReceipt(folded.receipt, { ...folded.deleted, history: history.slice(5), folded: cut });
    expect(findings).toMatchObject([{ kind: 'removed', entry: MAX_HISTORY / 2 + 1 }]);
    expect(findings[0]?.message).toContain(`Entries ${MAX_HISTORY / 2 + 1} to ${cut.count} are missing`);
    expect(findings[0]?.message).toContain(`${MAX_HISTORY / 2} would be folded away`);
  });

  it('says when the end of an earlier receipt is among what was folded away', () => {
    const again = finished(moved(deleted, 'reapply', ...endless));
    expect(kindsOf(again.deleted, again.receipt)).toEqual([]);
    expect(kindsOf(again.deleted, receipt)).toEqual(['notShown']);
    const findings = checkReceipt(receipt, again.deleted);
    const { length } = receipt.history;
    expect(findings[0]).toMatchObject({
      entry: length,
      message: expect.stringContaining(`the hash of entry ${length}`),
    });
    expect(onlyNotShown(findings)).toBe(findings[0]);
    expect(onlyNotShown([])).toBeUndefined();
    expect(onlyNotShown([...findings, { kind: 'changed', message: '' }])).toBeUndefined();
    expect(onlyNotShown([{ kind: 'changed', message: '' }])).toBeUndefined();
  });

  it('holds a receipt whose head is the last of what was folded away', () => {
    const { folded: kept = { count: 0, hash: '' } } = folded.deleted;
    const atFold = { ...folded.receipt, history: { head: kept.hash, length: kept.count } };
    expect(kindsOf(folded.deleted, atFold)).toEqual([]);
    expect(kindsOf(folded.deleted, { ...atFold, history: { head: 'f'.repeat(64), length: kept.count } })).toEqual([
      'headDiffers',
    ]);
  });
});

describe('what a finding says', () => {
  const messagesOf = (chain: Chain, checked = receipt) => checkReceipt(checked, chain).map(({ message }) => message);
  const { head, length } = receipt.history;

  it('names the videos and the deletions', () => {
    expect(messagesOf({ ...deleted, videoId: 'other' })).toEqual([
      `The receipt is of video ${receipt.sub}, the history of other`,
    ]);
    expect(messagesOf({ ...deleted, deletionId: 'another' })).toEqual([
      `The receipt is of deletion ${receipt.deletionId}, the history of another`,
    ]);
  });

  it('names what is missing at the start', () => {
    const cut = (count: number) => {
      const hash = deleted.history[count - 1]?.hash ?? '';
      return messagesOf({ ...withHistory(deleted.history.slice(count)), folded: { count, hash } });
    };
    expect(cut(2)).toEqual([
      `Entries 1 to 2 are missing: of a history of ${deleted.history.length}, none would be folded away`,
    ]);
  });

  it('names the entries', () => {
    const [one, two, three, ...rest] = deleted.history as [HistoryEntry, HistoryEntry, HistoryEntry, ...HistoryEntry[]];
    expect(messagesOf(withHistory([one, three, ...rest]))[0]).toBe('An entry is missing before entry 2');
    expect(messagesOf(withHistory([one, { ...two, by: 'nobody' }, three, ...rest]))[0]).toBe(
      'Entry 2 is not as it was written, or one before it is missing',
    );
    expect(messagesOf(withHistory([two, one, three, ...rest]))[0]).toBe('Entry 1 stands in the place of another');
    const { hash: _, ...copied } = two;
    const forged = append([one, two], copied);
    expect(messagesOf(withHistory([...forged, three, ...rest]))[0]).toBe(
      'An entry that does not belong there stands before entry 4',
    );
  });

  it('names the length and the head', () => {
    const covers = (of: number) => messagesOf(deleted, { ...receipt, history: { head, length: of } });
    expect(covers(1)).toEqual([`The receipt covers 1 entry, and its head is the hash of entry ${length}`]);
    expect(covers(2)).toEqual([`The receipt covers 2 entries, and its head is the hash of entry ${length}`]);
    expect(messagesOf(withHistory([]))).toEqual([`The receipt covers ${length} entries, and the history has 0`]);
    const foreign = { ...receipt, history: { head: 'f'.repeat(64), length } };
    expect(messagesOf(deleted, foreign)).toEqual([
      `The hash of entry ${length} is not the head that the receipt states`,
    ]);
    const whole = { ...receipt, history: { head: 'f'.repeat(64), length: deleted.history.length } };
    expect(checkReceipt(whole, deleted)).toMatchObject([{ kind: 'headDiffers', entry: deleted.history.length }]);
  });
});
