import { expect, it } from 'vitest';
import { targetOf } from '../../../../functions/deletion/data-map/target.ts';
import type { VideoRow } from '../../../../functions/deletion/ports.ts';
import { aVideoId } from '../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

const { ports } = openMemoryWorld();
const videoId = aVideoId();
const video: VideoRow = { ownerId: 'owner', status: 'ready', urls: ['elsewhere/a.mp4'], hidden: false, runs: ['run'] };

it('is found by name where there is no bucket: the URLs of the row are not read', () => {
  const { bucket: _, ...files } = ports.rules;
  const named = { prefix: `videos/${videoId}/`, runs: ['run'], strayKeys: [], notOurs: { count: 0 } };
  expect(targetOf({ videoId, video }, files)).toEqual(named);
  expect(targetOf({ videoId, video }, ports.rules).notOurs.count).toBe(1);
});
