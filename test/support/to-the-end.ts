import type { deletionsIn, Video } from './deletions.ts';
import type { UsedWorld } from './use-world.ts';

/** Works until the deletion has come to an end, and says what it claims and what is left in the bucket. */
export async function toTheEnd(
  world: UsedWorld,
  { find }: Pick<ReturnType<typeof deletionsIn>, 'find'>,
  video: Video,
  rounds = 500,
) {
  for (let n = 0; n < rounds; n++) {
    if (['deleted', 'failed', 'held'].includes((await find(video)).state)) break;
    if ((await world.turn()) === 0) world.advance(120);
    await world.ports.stats?.refreshIfStale();
  }
  const tombstone = await find(video);
  const left = (await world.inBucket(`videos/${video.videoId}/`)).concat(
    await world.inBucket(`uploads/${video.videoId}`),
  );
  const receipt = tombstone.receipts.length > 0 ? JSON.parse(tombstone.receipts.at(-1) ?? '') : undefined;
  return {
    tombstone,
    state: tombstone.state,
    left,
    receipt,
    error: tombstone.steps.deleteObjects.error,
    counts: tombstone.steps.deleteObjects.counts,
  };
}
