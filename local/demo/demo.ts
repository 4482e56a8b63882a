import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { parseVideoId, type VideoId } from '../../functions/deletion/video-id.ts';
import type { Fingerprints } from './fingerprints.ts';
import type { Findings } from './left-over.ts';

/** The ids of one demo. */
export type Demo = {
  ownerId: string;
  /** The video that the demo is about. */
  videoId: VideoId;
  /** A small video of the same owner, deleted with it: its `url_mp4` names a file in the neighbour's folder. */
  misnamedId: VideoId;
  /** Both of them. */
  deleted: VideoId[];
  neighbourOwnerId: string;
  /** A complete video that nobody touches. */
  neighbourId: VideoId;
  /** A video that is being processed from before the deletion until after it. */
  processingId: VideoId;
  /** The reports on the deleted videos that wait for an answer. */
  pendingReports: string[];
  /** The execution ARNs of the runs of `videoId` and of `processingId`. */
  run: string;
  neighbourRun: string;
};

/** All that must be known to go on with a demo whose process was killed. */
export type Prepared = { demo: Demo; found: Findings; before: Fingerprints };

export function newDemo(owners: Pick<Demo, 'ownerId' | 'neighbourOwnerId'>): Demo {
  const newId = () => parseVideoId(uuidv7());
  const [videoId, misnamedId] = [newId(), newId()];
  const neighbours = { neighbourId: newId(), processingId: newId() };
  const deleted = [videoId, misnamedId];
  return { ...owners, videoId, misnamedId, deleted, ...neighbours, pendingReports: [], run: '', neighbourRun: '' };
}

const fileIn = (folder: string) => join(folder, 'demo.json');

/** The demo that is under way in the folder, if any. */
export async function findPrepared(folder: string): Promise<Prepared | undefined> {
  const text = await readFile(fileIn(folder), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : JSON.parse(text);
}

/** Under another name until it is whole: whoever is killed in between has prepared nothing. */
export async function keepPrepared(folder: string, prepared: Prepared): Promise<void> {
  const unfinished = `${fileIn(folder)}.unfinished`;
  await writeFile(unfinished, JSON.stringify(prepared));
  await rename(unfinished, fileIn(folder));
}

/** The next demo in the folder begins anew. */
export async function forgetPrepared(folder: string): Promise<void> {
  await rm(fileIn(folder), { force: true });
}
