import { mkdirSync, renameSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findOrphans } from '../../functions/deletion/orphans/find-orphans.ts';
import { createLocalPrefixes } from '../../functions/stores/files/local-prefixes.ts';
import { aVideoId } from '../support/a-tombstone.ts';
import { startLocalDisk } from '../support/local-disk.ts';
import { openMemoryWorld } from '../support/memory-world.ts';

const AN_HOUR = 3600;
const LAST_YEAR = new Date(Date.now() - 365 * 24 * AN_HOUR * 1000);

test.for(['rsync -t, tar, cp -p', 'mv of a whole folder'])(
  'F51 an import by %s that came a moment ago is no orphan',
  async (how, { annotate }) => {
    const disk = await startLocalDisk();
    onTestFinished(() => disk.close());
    const videoId = aVideoId();
    const folder = join(disk.uploads, 'processed', videoId);
    if (how.startsWith('rsync')) {
      await disk.put(`uploads/processed/${videoId}/720p/0.ts`);
      await disk.put(`uploads/${videoId}.mp4`);
    } else {
      await disk.put(`import/${videoId}/720p/0.ts`);
      mkdirSync(join(disk.uploads, 'processed'), { recursive: true });
      renameSync(join(disk.folder, 'import', videoId), folder);
    }
    for (const name of [join(folder, '720p/0.ts'), join(folder, '720p'), folder])
      utimesSync(name, LAST_YEAR, LAST_YEAR);
    const { ports } = openMemoryWorld();
    const stored = createLocalPrefixes({ uploads: disk.uploads, processing: disk.processing });
    const videos = { existing: async () => new Set<never>() };
    const seen = { ...ports, stored, videos, pause: async () => {} };
    const young = await findOrphans(
      { ...seen, clock: () => new Date() },
      { minAgeSeconds: AN_HOUR, pause: async () => {} },
    );
    expect(young.orphans).toEqual([]);
    const later = () => new Date(Date.now() + 2 * AN_HOUR * 1000);
    const old = await findOrphans({ ...seen, clock: later }, { minAgeSeconds: AN_HOUR, pause: async () => {} });
    expect(old.orphans.map((orphan) => orphan.videoId)).toEqual([videoId]);
    await annotate('left alone now, though a year old by their modification times; found when they have lain for 2 h');
  },
);
