import type { VideoId } from '../../functions/deletion/video-id.ts';
import type { World } from '../support/world.ts';

/** The longest that a deletion waits before it is tried again, in seconds. */
const LONGEST_WAIT = 2_000;
/** More rounds than a deletion has attempts. */
const MOST_ROUNDS = 40;

/** Lets time pass and the workers work until a deletion that comes to nothing is given up. @throws if it never is */
export async function untilGivenUp(world: World, videoId: VideoId): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if ((await world.ports.tombstones.find(videoId))?.state === 'failed') return;
    world.advance(LONGEST_WAIT);
    await world.turn();
  }
  throw new Error('The deletion is never given up');
}
