import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkReceipt } from '../../functions/deletion/record/check-receipt.ts';
import type { HistoryEntry } from '../../functions/deletion/record/history.ts';
import type { Tombstone } from '../../functions/deletion/record/tombstone.ts';
import { reapplyDeletion } from '../../functions/deletion/requests/reapply-deletion.ts';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { undoDeletion } from '../../functions/deletion/requests/undo-deletion.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { createReceiptSigner } from '../../functions/stores/signing/file-receipt-signer.ts';
import { parseReceipt } from '../../functions/stores/signing/receipt-schema.ts';
import { verifyJws } from '../../functions/stores/signing/verify-jws.ts';
import { useWorld } from '../support/use-world.ts';

/** What the platform knows of a person and a video, and the audit trail must not. */
const PERSONAL = {
  title: 'Sunday with grandmother',
  description: 'In her garden in Lindau',
  email: 'ana.muster@example.com',
  username: 'ana-muster-1962',
  original: 'muster-family-garden.mov',
  picture: 'ana-muster-portrait.jpg',
  complaint: 'My neighbour is in it and never agreed',
};

const world = useWorld();
const folder = mkdtempSync(join(tmpdir(), 'audit-trail-'));
const signer = createReceiptSigner({ keyFile: join(folder, 'receipts.jwk') });
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * One deletion from the request to its receipt, and then all of it again. This is a hook, because replaced values are
 * restored after each test.
 */
let videoId: VideoId;
let first: Tombstone;
let deleted: Tombstone;
beforeAll(async () => {
  world.ports.signer = signer;
  const ownerId = await world.user();
  ({ videoId } = await world.video(ownerId));
  await describePersonally(ownerId);
  await requestDeletion(world.ports, { callerId: ownerId, videoId });
  await world.settle();
  first = await stored();
  await reapplyDeletion(world.ports, { videoId, by: 'operator' }, first);
  await world.settle();
  deleted = await stored();
  expect([first, deleted].map(({ state, receipts }) => [state, receipts.length])).toEqual([
    ['deleted', 1],
    ['deleted', 2],
  ]);
});

async function stored(): Promise<Tombstone> {
  const tombstone = await world.ports.tombstones.find(videoId);
  if (!tombstone) throw new Error('The tombstone is gone');
  return tombstone;
}

/**
 * Puts all of `PERSONAL` into the platform's rows: one file name in a key of the video, one in a key that may belong to
 * another video.
 */
async function describePersonally(ownerId: string): Promise<void> {
  const { title, description, email, username, original, picture, complaint } = PERSONAL;
  const { db } = world;
  await db.updateTable('users').set({ email, username }).where('id', '=', ownerId).execute();
  const named = { title, description, original_filename: original };
  const thumbnail = `https://cdn.example.com/pictures/${picture}`;
  const url_mp4 = ownKeyOf(videoId);
  await world.put(url_mp4);
  await db
    .updateTable('videos')
    .set({ ...named, thumbnail, url_mp4 })
    .where('id', '=', videoId)
    .execute();
  await db.updateTable('reports').set({ reason: complaint }).where('target_id', '=', videoId).execute();
}

const ownKeyOf = (id: VideoId) => `uploads/${id}/${PERSONAL.original}`;

async function receiptsOf({ receipts }: Tombstone) {
  const keys = await signer.publicKeys();
  return await Promise.all(receipts.map(async (jws) => parseReceipt(await verifyJws(jws, keys))));
}

describe('F32 personal data in the audit trail', () => {
  it.each(Object.entries(PERSONAL))('is nowhere: the %s', async (_, text) => {
    const trail = { first, deleted, receipts: await receiptsOf(deleted), logged: world.logged, event: world.published };
    const written = JSON.stringify(trail);
    expect(written).not.toContain(text);
    expect(written).not.toContain(encodeURIComponent(text));
    expect(written).not.toContain(Buffer.from(text).toString('base64url'));
    expect(world.logged.length).toBeGreaterThan(5);
    expect(world.published.length).toBeGreaterThan(0);
  });

  it('is not kept of a deletion that was undone, once the video is shown again', async () => {
    const ownerId = await world.user();
    const video = await world.video(ownerId);
    const url_mp4 = ownKeyOf(video.videoId);
    await world.db.updateTable('videos').set({ url_mp4 }).where('id', '=', video.videoId).execute();
    await requestDeletion(world.ports, { callerId: ownerId, videoId: video.videoId });
    const find = async () => await world.ports.tombstones.find(video.videoId);
    expect((await find())?.target.strayKeys, 'needed while the deletion may happen').toEqual([url_mp4]);
    await undoDeletion(world.ports, { callerId: ownerId, videoId: video.videoId });
    await world.settle();
    expect(await find()).toMatchObject({ state: 'cancelled', dueAt: undefined });
    expect(JSON.stringify(await find())).not.toContain(PERSONAL.original);
  });

  it('was there to be found: the deletion met it in the rows and in the bucket', async () => {
    const [receipt] = await receiptsOf(first);
    expect(receipt?.exceptions.notOurs).toMatchObject({ count: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(receipt?.counts.deleteRows).toMatchObject({ videos: 1 });
    expect(receipt?.resolved).toEqual({ reports: 1 });
    expect(await world.inBucket(ownKeyOf(videoId))).toEqual([]);
  });
});

describe('F32 an audit trail that was altered', () => {
  it('is whole as it was written, for both receipts', async () => {
    const [receipt, again] = await receiptsOf(deleted);
    expect(receipt && checkReceipt(receipt, first)).toEqual([]);
    expect(receipt && checkReceipt(receipt, deleted)).toEqual([]);
    expect(again && checkReceipt(again, deleted)).toEqual([]);
    expect(again?.reapplied).toMatchObject({ by: 'operator' });
  });

  it('shows in which entry of the history one byte was flipped', async () => {
    const [, receipt] = await receiptsOf(deleted);
    for (const [position, entry] of deleted.history.entries()) {
      for (const member of ['at', 'from', 'to', 'by', 'hash'] as const) {
        const flipped = { ...entry, [member]: flip(entry[member]) } as HistoryEntry;
        const altered = { ...deleted, history: deleted.history.with(position, flipped) };
        const [finding] = receipt ? checkReceipt(receipt, altered) : [];
        expect(finding).toMatchObject({ kind: 'changed', entry: position + 1 });
      }
    }
  });

  it('shows an entry that is missing', async () => {
    const [receipt] = await receiptsOf(deleted);
    const altered = { ...deleted, history: deleted.history.toSpliced(1, 1) };
    expect(receipt && checkReceipt(receipt, altered)[0]).toMatchObject({ kind: 'removed', entry: 2 });
  });

  it('is refused when one byte of a receipt was flipped, with the reason', async () => {
    const keys = await signer.publicKeys();
    const [jws = ''] = deleted.receipts;
    const [header = '', payload = '', signature = ''] = jws.split('.');
    const claimed = Buffer.from(payload, 'base64url').toString();
    const lied = Buffer.from(claimed.replace('"videos":1', '"videos":2')).toString('base64url');
    expect(lied).not.toBe(payload);
    const wrong = { name: 'SignatureRefused', reason: 'wrongSignature' };
    await expect(verifyJws(`${header}.${lied}.${signature}`, keys)).rejects.toMatchObject(wrong);
    await expect(verifyJws(`${header}.${payload}.${flip(signature)}`, keys)).rejects.toMatchObject(wrong);
    await expect(verifyJws(jws.replace('.', ','), keys)).rejects.toMatchObject({ reason: 'notAJws' });
  });
});

/** The text with its first character replaced by another. */
function flip(text: string): string {
  return (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
}
