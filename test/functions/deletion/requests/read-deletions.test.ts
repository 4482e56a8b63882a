import { describe, expect, it } from 'vitest';
import { AccountDisabled, NotAllowedNow, NotYours, UnknownVideo } from '../../../../functions/deletion/errors.ts';
import { listDeletions, readReceipt } from '../../../../functions/deletion/requests/read-deletions.ts';
import { requestDeletion } from '../../../../functions/deletion/requests/request-deletion.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

/** Two owners with a deletion each, and the callers who may ask. */
async function deletions() {
  const { ports, user, video, settle } = openMemoryWorld();
  const [first, second] = [await video(), await video()];
  const admin = await user({ isAdmin: true });
  for (const { videoId, ownerId } of [first, second]) await requestDeletion(ports, { videoId, callerId: ownerId });
  const list = async (callerId: string, query: { ownerId?: string; limit?: number; cursor?: string } = {}) =>
    await listDeletions(ports, { callerId, limit: 10, ...query });
  const namesIn = async (callerId: string, ownerId?: string) =>
    (await list(callerId, ownerId === undefined ? {} : { ownerId })).deletions.map(({ videoId }) => videoId).sort();
  return { ports, user, settle, first, second, admin, list, namesIn };
}

describe('F24 the list of deletions', () => {
  it("is a user's own, whether asked for by name or not", async () => {
    const { first, namesIn } = await deletions();
    expect(await namesIn(first.ownerId)).toEqual([first.videoId]);
    expect(await namesIn(first.ownerId, first.ownerId)).toEqual([first.videoId]);
  });

  it("is everybody's to an admin, or one owner's", async () => {
    const { first, second, admin, namesIn } = await deletions();
    expect(await namesIn(admin)).toEqual([first.videoId, second.videoId].sort());
    expect(await namesIn(admin, second.ownerId)).toEqual([second.videoId]);
  });

  it("is refused for another's, and to accounts that are disabled or unknown", async () => {
    const { user, first, second, list } = await deletions();
    await expect(list(first.ownerId, { ownerId: second.ownerId })).rejects.toThrow(NotYours);
    await expect(list(await user({ isAdmin: true, isActive: false }))).rejects.toThrow(AccountDisabled);
    await expect(list('nobody')).rejects.toThrow(AccountDisabled);
  });

  it('goes on where a page ended, and says when it has', async () => {
    const { admin, list } = await deletions();
    const page = await list(admin, { limit: 1 });
    expect([page.deletions.length, page.caller.id]).toEqual([1, admin]);
    const rest = await list(admin, { limit: 1, cursor: page.cursor as string });
    expect(rest.deletions[0]?.videoId).not.toBe(page.deletions[0]?.videoId);
    expect(rest).not.toHaveProperty('cursor');
  });
});

describe('F24 a receipt', () => {
  it('is not there before the end, and the last one is afterwards', async () => {
    const { ports, first, settle } = await deletions();
    const asked = { videoId: first.videoId, callerId: first.ownerId };
    await expect(readReceipt(ports, asked)).rejects.toThrow(NotAllowedNow);
    await settle();
    const deleted = await ports.tombstones.find(first.videoId);
    if (!deleted) throw new Error('There is no tombstone');
    const more = { ...deleted, receipts: [...deleted.receipts, 'later'], revision: deleted.revision + 1 };
    await ports.tombstones.write(deleted, more);
    expect(await readReceipt(ports, asked)).toBe('later');
    await ports.tombstones.write(more, { ...more, state: 'running', revision: more.revision + 1 });
    await expect(readReceipt(ports, asked)).rejects.toThrow(NotAllowedNow);
  });

  it("of another's deletion is unknown, but not to an admin", async () => {
    const { ports, first, second, admin, settle } = await deletions();
    await settle();
    await expect(readReceipt(ports, { videoId: second.videoId, callerId: first.ownerId })).rejects.toThrow(
      UnknownVideo,
    );
    expect(JSON.parse(await readReceipt(ports, { videoId: second.videoId, callerId: admin })).sub).toBe(second.videoId);
  });
});
