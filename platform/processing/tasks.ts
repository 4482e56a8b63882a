import type { ProcessingFunction } from './definition.ts';
import { renditionPlaylist, segmentName } from './rendition-playlist.ts';
import { readMasterPlaylist, readSegment, readThumbnail } from './sample-media.ts';

/** What the tasks need from their environment. They do not know which storage it is. */
export type ProcessingTools = {
  /** Stores a file of a video under its key in the bucket layout: `videos/<id>/…`. */
  write(key: string, body: string | Uint8Array): Promise<void>;
  wait(milliseconds: number): Promise<void>;
  /** How long one segment takes to transcode. */
  segmentMilliseconds: number;
  /** Called last, when the video can be watched. */
  published?(videoId: string): Promise<void>;
  /**
   * True: one call writes a whole rendition, so stopping the run does not stop the writing. This is like a job outside
   * of Step Functions' control.
   */
  ignoreStop?: boolean;
};

/** Takes the input of a state and returns its result, both JSON. */
export type ProcessingTask = (input: unknown) => Promise<unknown>;

/** The input of a run. `segments` is the length of the upload. */
export type ProcessingInput = { videoId: string; segments?: number };
type TranscodeInput = { videoId: string; rendition: string; segments: number; nextSegment: number };

/** Segments in one call. With few of them, a stopped run writes at most two more segments of each rendition. */
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

/** Writes the next segments, each as soon as it is ready. After the last one it writes the rendition's playlist. */
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
