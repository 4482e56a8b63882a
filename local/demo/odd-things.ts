import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { localPathOf } from '../../platform/video-files.ts';
import { bucketContent } from './content/bucket-content.ts';
import { fileContent } from './content/file-content.ts';
import type { Demo } from './demo.ts';
import type { DemoStores, VideoStorage } from './demo-stores.ts';
import { beginUpload, putAll } from './video/video-in-bucket.ts';
import { writeFiles } from './video/video-in-files.ts';

/** Names that something on the way tends to change, to refuse or not to see. */
const ODD_NAMES = ['\u0010.ts', 'a b+c%20d#e?.ts', 'cafe\u0301 🎬.ts', '..ts', "~'(1)!*.ts"];
const BODY = 'Odd, and gone with its video.\n';

/** The folder of originals that is the misnamed video's own, in each layout. */
const ownFolderOf = ({ kind }: Pick<VideoStorage, 'kind'>, videoId: string) =>
  `${kind === 's3' ? 'uploads' : 'originals'}/${videoId}/`;
/** In that folder, and still a neighbour's by its name. */
const keptIn = (folder: string, { neighbourId }: Pick<Demo, 'neighbourId'>) => `${folder}${neighbourId}.mp4`;

/**
 * Gives the misnamed video one of each thing that was once left behind: odd names, an original whose name reads in
 * several ways, a file in its own folder that no row names, one there that is a neighbour's, a name that is no text, an
 * unfinished upload.
 */
export async function createOddThings({ db, storage }: DemoStores, demo: Demo): Promise<void> {
  const { misnamedId } = demo;
  const folder = ownFolderOf(storage, misnamedId);
  const named = `${folder}Épisode #4+é.jpg`;
  await db.updateTable('videos').set({ thumbnail: named }).where('id', '=', misnamedId).execute();
  const below = ODD_NAMES.map((name) => `videos/${misnamedId}/720p/${name}`);
  const beside = [named, `${folder}not named.mov`];
  if (storage.kind === 's3') {
    await putAll(storage, [...below, ...beside], BODY);
    await putAll(storage, [keptIn(folder, demo)], 'Stays.\n');
    return await beginUpload(storage, `videos/${misnamedId}/720p/é.ts`, BODY);
  }
  await writeFiles(storage.uploads, [...below.map(localPathOf), ...beside], BODY);
  await writeFiles(storage.uploads, [keptIn(folder, demo)], 'Stays.\n');
  const start = Buffer.from(join(storage.uploads, 'processed', `videos_${misnamedId}_caf`));
  await writeFile(Buffer.concat([start, Buffer.from([0xe9]), Buffer.from('.ts')]), BODY);
}

/** True for what belongs to the misnamed video alone, in its own folder. */
export function isOddThing(storage: Pick<VideoStorage, 'kind'>, demo: Demo, name: string): boolean {
  const folder = ownFolderOf(storage, demo.misnamedId);
  return name.startsWith(folder) && name !== keptIn(folder, demo);
}

/** The names of what is left in the misnamed video's own folder. */
export async function oddThingsLeft({ storage }: DemoStores, demo: Demo): Promise<string[]> {
  const names: string[] = [];
  if (storage.kind === 's3') {
    for await (const { key } of bucketContent(storage, ownFolderOf(storage, demo.misnamedId))) names.push(key);
  } else {
    for (const { root, path } of await fileContent(storage)) if (root === 'uploads') names.push(path);
  }
  return names.filter((name) => isOddThing(storage, demo, name));
}
