import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { parseVideoId, type VideoId } from '../../functions/deletion/video-id.ts';
import type { Fingerprints } from './fingerprints.ts';
import type { Findings } from './left-over.ts';

/** The ids of one demo. */
export type Demo = {
  ownerId: string;
  /** The video that the demo deletes. */
  videoId: VideoId;
  /** A small video of the same owner, also deleted. Its `url_mp4` names a file under the neighbour's prefix. */
  misnamedId: VideoId;
  /** Both of them. */
  deleted: VideoId[];
  neighbourOwnerId: string;
  /** A complete video that must stay untouched. */
  neighbourId: VideoId;
  /** A video that is processed before, during and after the deletion. */
  processingId: VideoId;
  /** The pending reports on the deleted videos. */
  pendingReports: string[];
  /** The execution ARNs of the runs of `videoId` and of `processingId`. */
  run: string;
  neighbourRun: string;
};

/** Everything needed to continue a demo whose process was killed. */
export type Prepared = { demo: Demo; found: Findings; before: Fingerprints };

export function newDemo(owners: Pick<Demo, 'ownerId' | 'neighbourOwnerId'>): Demo {
  const newId = () => parseVideoId(uuidv7());
  const [videoId, misnamedId] = [newId(), newId()];
  const neighbours = { neighbourId: newId(), processingId: newId() };
  const deleted = [videoId, misnamedId];
  return { ...owners, videoId, misnamedId, deleted, ...neighbours, pendingReports: [], run: '', neighbourRun: '' };
}

const fileIn = (folder: string) => join(folder, 'demo.json');

/** The unfinished demo in the folder, if there is one. */
export async function findPrepared(folder: string): Promise<Prepared | undefined> {
  const text = await readFile(fileIn(folder), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : JSON.parse(text);
}

/**
 * Writes under another name first and renames the complete file, so that a process killed in between leaves no half
 * demo.
 */
export async function keepPrepared(folder: string, prepared: Prepared): Promise<void> {
  const unfinished = `${fileIn(folder)}.unfinished`;
  await writeFile(unfinished, JSON.stringify(prepared));
  await rename(unfinished, fileIn(folder));
}

/** Ends the demo, so that the next one in the folder starts from the beginning. */
export async function forgetPrepared(folder: string): Promise<void> {
  await rm(fileIn(folder), { force: true });
}
