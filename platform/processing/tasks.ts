import type { ProcessingFunction } from './definition.ts';
import { renditionPlaylist, segmentName } from './rendition-playlist.ts';
import { readMasterPlaylist, readSegment, readThumbnail } from './sample-media.ts';

/** What the tasks need of the place where they run; they know no storage. */
export type ProcessingTools = {
  /** Stores a file of a video under its key in the bucket layout: `videos/<id>/…`. */
  write(key: string, body: string | Uint8Array): Promise<void>;
  wait(milliseconds: number): Promise<void>;
  /** How long one segment takes to transcode. */
  segmentMilliseconds: number;
  /** Called last: the video can be watched. */
  published?(videoId: string): Promise<void>;
  /** One call writes a whole rendition, so stopping the run stops nothing: like a job that Step Functions cannot reach. */
  ignoreStop?: boolean;
};

/** The input of a state in, its result out, both JSON. */
export type ProcessingTask = (input: unknown) => Promise<unknown>;

/** The input of a run. `segments` is the length of the upload. */
export type ProcessingInput = { videoId: string; segments?: number };
type TranscodeInput = { videoId: string; rendition: string; segments: number; nextSegment: number };

/** Few enough that a stopped run writes hardly anything after the stop: at most two segments a rendition. */
const SEGMENTS_PER_CALL = 3;
const DEFAULT_SEGMENTS = 8;

/** The bodies of the functions that `processing.asl.json` calls. */
export function processingTasks(tools: ProcessingTools): Record<ProcessingFunction, ProcessingTask> {
  return {
    Probe: async (input) => ({ segments: (input as ProcessingInput).segments ?? DEFAULT_SEGMENTS }),
    Transcode: (input) => transcode(tools, input as TranscodeInput),
    Thumbnail: async (input) => {
      const { videoId } = input as ProcessingInput;
      await tools.write(`videos/${videoId}/thumbnail.jpg`, await readThumbnail(videoId));
    },
    Publish: async (input) => {
      const { videoId } = input as ProcessingInput;
      await tools.write(`videos/${videoId}/playlist.m3u8`, await readMasterPlaylist(videoId));
      await tools.published?.(videoId);
      return { videoId };
    },
  };
}

/** Writes the next few segments, each as soon as it is ready, and the rendition's playlist after the last one. */
async function transcode(tools: ProcessingTools, input: TranscodeInput): Promise<TranscodeInput> {
  const { videoId, rendition, segments, nextSegment } = input;
  const callEnd = tools.ignoreStop ? segments : Math.min(segments, nextSegment + SEGMENTS_PER_CALL - 1);
  const folder = `videos/${videoId}/${rendition}`;
  for (let number = nextSegment; number <= callEnd; number += 1) {
    await tools.wait(tools.segmentMilliseconds);
    await tools.write(`${folder}/${segmentName(videoId, number)}`, await readSegment(rendition, number));
  }
  if (callEnd === segments) await tools.write(`${folder}/${videoId}.m3u8`, renditionPlaylist(videoId, segments));
  return { ...input, nextSegment: callEnd + 1 };
}
