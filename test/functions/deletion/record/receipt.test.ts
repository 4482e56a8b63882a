import { describe, expect, it } from 'vitest';
import { type Chain, checkIssued, checkReceipt } from '../../../../functions/deletion/record/check-receipt.ts';
import { type Receipt, receiptOf } from '../../../../functions/deletion/record/receipt.ts';
import type { Command } from '../../../../functions/deletion/record/state-table.ts';
import type { EdgeInvalidation, Request, Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { transition } from '../../../../functions/deletion/record/transition.ts';
import { aTombstone } from '../../../support/a-tombstone.ts';
import { ISSUER, RULES } from '../../../support/rules.ts';

/** The minutes of the test: minute 1 for the first command, minute 2 for the second, and so on. */
const minute = (number: number) => new Date(Date.UTC(2026, 10, 22, 10, number));
const moved = (tombstone: Tombstone, ...commands: Command[]) =>
  commands.reduce(
    (from, command, index) => transition(from, command, { by: 'worker' }, {}, { at: minute(index + 1), rules: RULES }),
    tombstone,
  );
const receiptAt = (tombstone: Tombstone) => receiptOf(tombstone, { id: 'a-receipt', at: minute(30), issuer: ISSUER });

describe('receiptOf', () => {
  it('states when every store was empty for the first time, and when it was found so again', () => {
    const receipt = receiptAt(moved(aTombstone(), 'begin', 'settle', 'settle', 'settle'));
    expect(receipt).toMatchObject({ emptiedAt: minute(2).toISOString(), deletedAt: minute(30).toISOString() });
  });

  it('states the time of the last replay or re-deletion, not one that came to nothing', () => {
    const replayed = moved(aTombstone(), 'begin', 'settle', 'giveUp', 'replay', 'settle');
    expect(receiptAt(replayed).emptiedAt).toBe(minute(5).toISOString());
    const again = moved(aTombstone(), 'begin', 'settle', 'finish', 'reapply', 'settle');
    expect(receiptAt(again).emptiedAt).toBe(minute(5).toISOString());
  });

  it('states which invalidation was asked for, when, and when it was complete', () => {
    const asked = { requestedAt: minute(3).toISOString(), invalidationId: 'I1', completedAt: minute(4).toISOString() };
    const edge: EdgeInvalidation = { request: 1, paths: 2, callerReference: 'r', ...asked };
    expect(receiptAt(aTombstone({ edge })).edge).toEqual({ paths: 2, ...asked });
  });

  it('states a gate alone without any invalidation', () => {
    const gatedAt = minute(1).toISOString();
    const edge: EdgeInvalidation = { request: 0, paths: 0, requestedAt: gatedAt, gatedAt };
    expect(receiptAt(aTombstone({ edge })).edge).toEqual({ paths: 0, gatedAt });
  });

  it('counts what each step removed, the looking left out, and names the stores that were not there', () => {
    const { steps } = aTombstone({ hiddenAt: undefined });
    steps.deleteObjects.counts = { objects: 3 };
    steps.invalidateEdge.state = 'skipped';
    const receipt = receiptAt(aTombstone({ steps, hiddenAt: minute(1).toISOString() }));
    expect(receipt.counts).toEqual({
      ...{ hide: {}, cancelRuns: {}, deleteObjects: { objects: 3 }, deleteRows: {}, invalidateCache: {} },
    });
    expect(receipt).toMatchObject({ notPartOf: ['invalidateEdge'], iat: minute(30).getTime() / 1000 });
    expect(receipt.hiddenAt).toBe(minute(1).toISOString());
    expect(receiptAt(aTombstone())).not.toHaveProperty('hiddenAt');
  });

  it('states who issues it, from which environment, software and data map, and which stores were worked on', () => {
    const { steps } = aTombstone();
    steps.invalidateEdge.state = 'skipped';
    const { invalidateEdge: _, ...places } = ISSUER.places;
    expect(receiptAt(aTombstone({ steps }))).toMatchObject({
      ...{ iss: 'https://platform.example', environment: 'test', software: '1.2.3' },
      dataMap: expect.stringMatching(/^[0-9a-f]{64}$/),
      places,
    });
    expect(receiptAt(aTombstone({ steps })).places).toEqual(places);
  });

  it('tells apart what was carried out and what was searched again', () => {
    const { steps } = aTombstone();
    steps.cancelRuns.state = 'skipped';
    const receipt = receiptAt(moved(aTombstone({ steps }), 'begin', 'settle', 'settle'));
    const searched = ['deleteObjects', 'deleteRows', 'invalidateCache'];
    expect(receipt.verification).toEqual({
      steps: expect.arrayContaining(['hide', ...searched, 'invalidateEdge']),
      at: minute(2).toISOString(),
    });
    expect(receipt.validation).toEqual({ steps: searched, at: minute(30).toISOString() });
  });

  it('says that all was carried out no sooner than the edge has confirmed it', () => {
    const edge: EdgeInvalidation = { request: 1, paths: 2, requestedAt: minute(3).toISOString() };
    const at = (completedAt?: string) =>
      receiptAt(moved(aTombstone({ edge: { ...edge, ...(completedAt && { completedAt }) } }), 'begin', 'settle'))
        .verification?.at;
    expect([at(), at(minute(20).toISOString()), at(minute(1).toISOString())]).toEqual(
      [2, 20, 2].map((n) => minute(n).toISOString()),
    );
  });

  it('counts rows that were resolved and kept apart from those that were deleted', () => {
    const { steps } = aTombstone();
    steps.deleteRows.counts = { views: 3, videos: 1, reports: 2 };
    const receipt = receiptAt(aTombstone({ steps }));
    expect(receipt.counts.deleteRows).toEqual({ views: 3, videos: 1 });
    expect(receipt.resolved).toEqual({ reports: 2 });
    expect(receiptAt(aTombstone())).not.toHaveProperty('resolved');
  });

  it('tells what a reader has to know before relying on the figures, and only that', () => {
    expect(receiptAt(aTombstone()).exceptions).toEqual({});
    const { steps, target } = aTombstone();
    steps.deleteRows.failures = 2;
    const notOurs = { count: 1, sha256: 'x' };
    const exceptional = aTombstone({ steps, interrupted: 3, target: { ...target, notOurs } });
    expect(receiptAt(exceptional).exceptions).toEqual({ notOurs, interruptedPasses: 3, failures: { deleteRows: 2 } });
  });

  it('leads to the head of the whole chain, folded entries counted', () => {
    const tombstone = moved(aTombstone(), 'begin', 'settle');
    expect(receiptAt(tombstone).history).toEqual({ head: tombstone.history[2]?.hash, length: 3 });
    const folded = { ...tombstone, history: [], folded: { count: 3, hash: 'f' } };
    expect(receiptAt(folded).history).toEqual({ head: 'f', length: 3 });
  });
});

const wordsOf = (payload: object) => `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.c2lnbmVk`;

describe('a receipt and those that the service has issued', () => {
  // Both signs in which base64url differs from base64 are in it.
  const issuedReceipt = () => ({ ...receiptAt(aTombstone()), environment: '?>'.repeat(9) });
  const check = (receipt: Receipt, issued?: string[], jws?: string) =>
    checkIssued(receipt, { videoId: receipt.sub, ...(issued && { issued }), ...(jws !== undefined && { jws }) });

  it('is found word for word', () => {
    const receipt = issuedReceipt();
    expect(check(receipt, ['earlier', wordsOf(receipt)], wordsOf(receipt))).toEqual([]);
  });

  it('is another one under the same id, if it says something else', () => {
    const receipt = issuedReceipt();
    expect(wordsOf(receipt)).toMatch(/-.*_/);
    const edited = wordsOf({ ...receipt, deletedAt: minute(29).toISOString() });
    expect(check(receipt, [wordsOf({ jti: 'another' }), wordsOf(receipt)], edited)).toEqual([
      { kind: 'otherReceipt', message: 'The service has issued another receipt with the same id (jti)' },
    ]);
  });

  it('was not issued if none has its id, whatever else is kept', () => {
    const receipt = issuedReceipt();
    const notIssued = {
      kind: 'notIssued',
      message: 'The tombstone keeps no receipt with this id (jti): the service has not issued it',
    };
    for (const kept of [[], [wordsOf({ jti: 'another' })], ['no receipt', 'a.!.b', 'a.bnVsbA.b']])
      expect(check(receipt, kept, wordsOf(receipt))).toEqual([notIssued]);
  });

  it('is compared only where both are known', () => {
    const receipt = issuedReceipt();
    expect(check(receipt, [], undefined)).toEqual([]);
    expect(check(receipt, undefined, wordsOf(receipt))).toEqual([]);
  });

  it('is not compared with those of another video', () => {
    const receipt = issuedReceipt();
    const ofAnother = { videoId: 'other', issued: [], jws: wordsOf(receipt) };
    expect(checkIssued(receipt, ofAnother)).toMatchObject([{ kind: 'otherVideo' }]);
  });

  it('is looked for beside its history, too', () => {
    const settling = moved(aTombstone(), 'begin', 'settle');
    const receipt = receiptAt(settling);
    const chain = { ...moved(settling, 'finish'), issued: [], jws: wordsOf(receipt) };
    expect(checkReceipt(receipt, chain)).toMatchObject([{ kind: 'notIssued' }]);
  });
});

describe('who asked and when', () => {
  const ended = () => {
    const settling = moved(aTombstone(), 'begin', 'settle');
    const receipt = receiptAt(settling);
    return { receipt, deleted: moved(settling, 'finish'), jws: wordsOf(receipt) };
  };
  const others = ({ requests }: Tombstone, changes: Partial<Request>) =>
    requests.map((each) => ({ ...each, ...changes }));

  it.each<[string, (deleted: Tombstone) => Partial<Chain>]>([
    ['ownerId', () => ({ ownerId: 'another' })],
    ['requestedBy', (deleted) => ({ requests: others(deleted, { by: 'another' }) })],
    ['reason', (deleted) => ({ requests: others(deleted, { reason: 'admin' }) })],
    ['requestedAt', () => ({ requestedAt: minute(0).toISOString() + 1 })],
    ['ownerId, reason', (deleted) => ({ ownerId: 'another', requests: others(deleted, { reason: 'admin' }) })],
  ])('is not what the tombstone says: %s', (members, changes) => {
    const { receipt, deleted, jws } = ended();
    const message = `The tombstone says otherwise than the receipt: ${members}`;
    for (const known of [{}, { jws }, { issued: [jws] }, { issued: [jws], jws }])
      expect(checkReceipt(receipt, { ...deleted, ...changes(deleted), ...known })).toEqual([
        { kind: 'memberDiffers', message },
      ]);
  });

  it('is compared as far as both say it', () => {
    const { receipt, deleted } = ended();
    const { ownerId: _, requests: __, requestedAt: ___, ...without } = deleted;
    expect(checkReceipt(receipt, deleted)).toEqual([]);
    expect(checkReceipt(receipt, without)).toEqual([]);
    expect(checkReceipt(receipt, { ...deleted, requests: [] })).toEqual([]);
    const { ownerId: ____, ...earlier } = receipt;
    expect(checkReceipt(earlier, deleted)).toEqual([]);
  });

  it('is not compared with what a re-deletion has put in its place, while it goes on and after', () => {
    const { receipt, deleted, jws } = ended();
    const again = { ...moved(deleted, 'reapply'), ownerId: 'another', issued: [jws], jws };
    expect(checkReceipt(receipt, again)).toEqual([]);
    const over = { ...moved(deleted, 'reapply', 'settle', 'finish'), ownerId: 'another', issued: [jws, 'later'], jws };
    expect(checkReceipt(receipt, over)).toEqual([]);
    expect(checkReceipt(receipt, { ...again, history: [] })).toMatchObject([{ kind: 'lengthDiffers' }]);
  });
});
