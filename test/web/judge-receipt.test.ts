import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ReceiptFinding } from '../../functions/deletion/record/check-receipt.ts';
import type { HistoryEntry } from '../../functions/deletion/record/history.ts';
import { receiptOf } from '../../functions/deletion/record/receipt.ts';
import type { Command } from '../../functions/deletion/record/state-table.ts';
import type { Tombstone } from '../../functions/deletion/record/tombstone.ts';
import { transition } from '../../functions/deletion/record/transition.ts';
import { plus } from '../../functions/deletion/rules.ts';
import { MODULUS_LENGTH, publicKeyOf, signReceipt } from '../../functions/stores/signing/receipt-key.ts';
import { historyCheck } from '../../ops/receipts/compare-history.ts';
import { judgeReceipt as judgedByCommand } from '../../ops/receipts/judge-receipt.ts';
import { type JudgedReceipt, judgeReceipt } from '../../web/src/receipts/judgeReceipt.ts';
import { aTombstone, aVideoId } from '../support/a-tombstone.ts';
import { ISSUER, RULES } from '../support/rules.ts';

const at = new Date('2026-11-22T10:20:00.000Z');

function newKey() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: MODULUS_LENGTH });
  const key = publicKeyOf(publicKey.export({ format: 'jwk' }));
  const signed = (payload: Record<string, unknown>) =>
    signReceipt(payload, key, (message) => sign('sha256', Buffer.from(message), privateKey));
  return { key, signed };
}

const own = newKey();
const other = newKey();
const KEYS = { keys: [own.key] };

const moved = (tombstone: Tombstone, ...commands: Command[]) =>
  commands.reduce((from, command) => transition(from, command, { by: 'worker' }, {}, { at, rules: RULES }), tombstone);

/** A deletion that is over, and its receipt before it is signed. */
function finished(settling: Tombstone) {
  return { payload: receiptOf(settling, { id: aVideoId(), at, issuer: ISSUER }), deleted: moved(settling, 'finish') };
}

const { payload, deleted } = finished(moved(aTombstone(), 'begin', 'giveUp', 'replay', 'settle'));
const endless = Array.from({ length: 200 }, (): Command => 'settle');
const folded = finished(moved(aTombstone(), 'begin', ...endless));
const again = finished(moved(deleted, 'reapply', ...endless));
const receipt = await own.signed(payload);
const [header = '', , signature = ''] = receipt.split('.');
/** In the last character of a signature of 256 bytes, four bits have no meaning. Here one of them is set. */
const respelt = receipt.slice(0, -1) + String.fromCharCode(receipt.charCodeAt(receipt.length - 1) + 1);
const encoded = (replaced: Record<string, unknown>) =>
  Buffer.from(JSON.stringify({ ...payload, ...replaced })).toString('base64url');

const entryAt = (position: number) => deleted.history[position] as HistoryEntry;
const withHistory = (history: HistoryEntry[]): Tombstone => ({ ...deleted, history });

type Case = { jws?: string; keys?: typeof KEYS; found?: Tombstone };

const GENUINE: [string, Case][] = [
  ['a receipt as it was written', {}],
  ['one that is checked with several keys', { keys: { keys: [other.key, own.key] } }],
  ['one of a folded history', { jws: await own.signed(folded.payload), found: folded.deleted }],
  ['the first of two', { found: moved(moved(deleted, 'reapply', 'settle'), 'finish') }],
  ['one whose last entry was folded away since', { found: again.deleted }],
  ['one of a later version, with another member', { jws: await own.signed({ ...payload, another: 1 }) }],
];

const FORGED: [string, Case, JudgedReceipt['verdict'], RegExp][] = [
  ['a text that is none', { jws: 'Dear sir or madam' }, 'notAReceipt', /three with dots/],
  ['a wrong key', { jws: await other.signed(payload) }, 'unknownKey', /signed with the key/],
  ['no keys', { keys: { keys: [] } }, 'unknownKey', /no key is at hand/],
  ['a key that is none', { keys: { keys: [{ ...own.key, n: 'AAAA' }] } }, 'badSignature', /is not the thumbprint/],
  [
    'another payload',
    { jws: [header, encoded({ reason: 'admin' }), signature].join('.') },
    'badSignature',
    /does not match/,
  ],
  ['another spelling of the signature', { jws: respelt }, 'notAReceipt', /not base64url as an encoder writes it/],
  [
    'a signed payload that is no receipt',
    { jws: await own.signed({ sub: deleted.videoId }) },
    'notAReceipt',
    /jti is missing/,
  ],
  ['an empty payload', { jws: await own.signed({}) }, 'notAReceipt', /no receipt of a deletion/],
];

const FORGED_HISTORIES: [string, Case, ReceiptFinding['kind'], number | undefined][] = [
  ['another video', { found: { ...deleted, videoId: aVideoId() } }, 'otherVideo', undefined],
  ['another deletion', { found: { ...deleted, deletionId: aVideoId() } }, 'otherDeletion', undefined],
  ['a changed entry', { found: withHistory(deleted.history.with(1, { ...entryAt(1), by: 'nobody' })) }, 'changed', 2],
  [
    'entries that changed places',
    { found: withHistory(deleted.history.with(1, entryAt(2)).with(2, entryAt(1))) },
    'reordered',
    2,
  ],
  ['an entry that was cut out', { found: withHistory(deleted.history.toSpliced(1, 1)) }, 'removed', 2],
  [
    'an entry that was put in twice',
    { found: withHistory(deleted.history.toSpliced(2, 0, entryAt(0))) },
    'reordered',
    3,
  ],
  ['a missing end', { found: withHistory(deleted.history.slice(0, -2)) }, 'lengthDiffers', undefined],
  [
    'a start that was cut off and is said to be folded',
    { found: { ...withHistory(deleted.history.slice(2)), folded: { count: 2, hash: entryAt(1).hash } } },
    'removed',
    1,
  ],
  ['a start that was cut off', { found: withHistory(deleted.history.slice(2)) }, 'removed', 1],
  [
    'a folded history with a changed entry',
    {
      jws: await own.signed(folded.payload),
      found: {
        ...folded.deleted,
        history: folded.deleted.history.with(4, { ...(folded.deleted.history[4] as HistoryEntry), by: 'nobody' }),
      },
    },
    'changed',
    105,
  ],
  [
    'a folded history with another fold',
    {
      jws: await own.signed(folded.payload),
      found: { ...folded.deleted, folded: { count: 100, hash: '0'.repeat(64) } },
    },
    'changed',
    101,
  ],
];

/** What the operator's command and the page say of the same receipt, history and keys. */
async function judge({ jws = receipt, keys = KEYS, found = deleted }: Case) {
  const command = await judgedByCommand(jws, keys, (verified) => historyCheck(verified, found));
  return { command, page: await judgeReceipt(jws, keys, () => found) };
}

describe('the page and the command', () => {
  test.each(GENUINE)('accept %s', async (_, genuine) => {
    const { command, page } = await judge(genuine);
    expect(command.isValid).toBe(true);
    const compared = command.history?.compared ? 'history' : 'issued';
    expect(page).toEqual({ verdict: 'ok', receipt: command.receipt, signedBy: page.signedBy, compared });
    expect([own.key.kid, other.key.kid]).toContain(page.signedBy?.kid);
  });

  test.each(FORGED)('refuse %s, and show nothing of it', async (_, forged, verdict, reason) => {
    const { command, page } = await judge(forged);
    expect(command).toEqual({ isValid: false, reason: expect.stringMatching(reason) });
    expect(page).toEqual({ verdict });
  });

  test.each(FORGED_HISTORIES)('find %s', async (_, forged, kind, entry) => {
    const { command, page } = await judge(forged);
    expect(page.verdict).toBe('otherHistory');
    expect(page.finding).toMatchObject({ kind, ...(entry !== undefined && { entry }) });
    expect(page.finding).toEqual(command.history?.findings[0]);
    expect(command).toMatchObject({ isValid: false, reason: page.finding?.message });
    expect(page.receipt).toEqual(command.receipt);
  });
});

test('without the history, the page checks the receipt alone', async () => {
  expect(await judgeReceipt(receipt, KEYS)).toEqual({
    verdict: 'ok',
    receipt: payload,
    signedBy: { kid: own.key.kid, alg: own.key.alg },
  });
});

test('without the history, the page still knows which video it asked about, and what was issued', async () => {
  const judged = async (videoId: string, issued: string[]) =>
    (await judgeReceipt(receipt, KEYS, () => ({ videoId, issued, jws: receipt }))).finding?.kind;
  const again = await own.signed({ ...payload, iat: payload.iat + 1, deletedAt: plus(at, 1).toISOString() });
  expect(await judged(payload.sub, [again, receipt])).toBeUndefined();
  expect(await judged(aVideoId(), [receipt])).toBe('otherVideo');
  expect(await judged(payload.sub, [again])).toBe('otherReceipt');
  expect(await judged(payload.sub, [])).toBe('notIssued');
});
