import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import type { Counts } from '../../functions/deletion/counts.ts';
import { brokenAt, GENESIS } from '../../functions/deletion/record/history.ts';
import type { Receipt } from '../../functions/deletion/record/receipt.ts';
import type { Tombstone } from '../../functions/deletion/record/tombstone.ts';
import { contentOf, type ScheduledVideo, type ScheduledWorld } from './schedule-world.ts';

/** Checks, after everything has ended, that every promise was kept. @throws {AssertionError} */
export async function checkPromises(scheduled: ScheduledWorld): Promise<void> {
  const { world, videos, tombstones, accepted, undone, others } = scheduled;
  deepStrictEqual(world.othersThan(videos), others, 'something else was touched');
  for (const video of videos) {
    const tombstone = tombstones.get(video.videoId);
    if (tombstone?.state === 'deleted') checkDeleted(scheduled, video, tombstone);
    else await checkKept(scheduled, video, tombstone);
    if (tombstone) checkRecord(tombstone);
  }
  const ends = [...tombstones.values()];
  for (const deletionId of accepted) {
    const isDeleted = ends.some((end) => end.deletionId === deletionId && end.state === 'deleted');
    ok(isDeleted || undone.has(deletionId), 'an accepted deletion was lost');
  }
}

/**
 * Deleted: nothing is left, there is one receipt and one event, the figures are true, and the deletion was not undone.
 */
function checkDeleted(
  { world, undone, uncertain }: ScheduledWorld,
  { videoId, written }: ScheduledVideo,
  { deletionId, receipts, interrupted }: Tombstone,
): void {
  deepStrictEqual(world.left(videoId), {}, 'something is left of a deleted video');
  ok(!undone.has(deletionId), 'an undone video was deleted');
  strictEqual(receipts.length, 1, 'not one receipt');
  const events = new Set(world.published.filter((event) => event.videoId === videoId).map(({ id }) => id));
  strictEqual(events.size, 1, 'not one event');

  const receipt: Receipt = JSON.parse(receipts[0] as string);
  const figures = alike({ ...receipt.counts.deleteObjects, ...receipt.counts.deleteRows, ...receipt.resolved });
  strictEqual(receipt.exceptions.interruptedPasses ?? 0, interrupted, 'interrupted passes are not told');
  if (interrupted === 0 && !uncertain.has(videoId)) deepStrictEqual(figures, alike(written), 'the figures are wrong');
  for (const [kind, count] of Object.entries(figures))
    ok(count <= (alike(written)[kind] ?? 0), `more ${kind} deleted than there were`);
}

/** Undone or never requested: everything is there and visible. */
async function checkKept({ world, tombstones }: ScheduledWorld, video: ScheduledVideo, tombstone?: Tombstone) {
  const state = tombstones.get(video.videoId)?.state ?? 'none';
  ok(state === 'cancelled' || state === 'none', `a deletion ended as ${state}`);
  strictEqual(tombstone?.receipts.length ?? 0, 0, 'a receipt for a video that was kept');
  deepStrictEqual(await contentOf(world, video), withoutZeros(video.written), 'something of a kept video is gone');
  const { video: row } = await world.ports.rows.find('', video.videoId);
  strictEqual(row?.hidden, false, 'a kept video is hidden');
  const marks = world
    .lines()
    .filter(({ place, text }) => ['fences', 'gates'].includes(place) && text.includes(video.videoId));
  deepStrictEqual(marks, [], 'a fence or a gate was left');
}

function checkRecord({ history, folded, outbox }: Tombstone): void {
  strictEqual(brokenAt(history, folded?.hash ?? GENESIS), undefined, 'the chain of the history is broken');
  deepStrictEqual(outbox, [], 'an event was not sent');
}

/**
 * A version that becomes the latest while others are deleted counts as an object. So objects and versions are compared
 * together.
 */
function alike({ objects = 0, versions = 0, ...others }: Counts): Counts {
  return withoutZeros({ ...others, objects: objects + versions });
}

function withoutZeros(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
