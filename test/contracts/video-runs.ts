import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VideoRuns } from '../../functions/deletion/ports.ts';

/** An implementation of the port, and a way to make runs that it knows nothing of. */
export type VideoRunsSubject = {
  runs: VideoRuns;
  /** Starts a run that goes on until it is stopped or `finish` is called; its ARN. */
  start(name: string): Promise<string>;
  /** Lets every run that was started come to its end. */
  finish(): Promise<void>;
  close(): Promise<void>;
};

export function videoRunsContract(name: string, open: () => Promise<VideoRunsSubject>): void {
  describe(`${name} as VideoRuns`, () => {
    let subject: VideoRunsSubject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    it('names a run as the service does', async () => {
      expect(subject.runs.named('video-a')).toBe(await subject.start('video-a'));
    });

    it('stops a run that goes on, and says so', async () => {
      const run = await subject.start('video-a');
      expect(await subject.runs.state(run)).toBe('running');
      expect(await subject.runs.stop(run)).toBe('stopped');
      expect(await subject.runs.state(run)).toBe('ended');
    });

    it('takes a second stop for success', async () => {
      const run = await subject.start('video-a');
      await subject.runs.stop(run);
      expect(await subject.runs.stop(run)).toBe('ended');
    });

    it('finds a run that came to its end by itself ended', async () => {
      const run = await subject.start('video-a');
      await subject.finish();
      expect(await subject.runs.state(run)).toBe('ended');
      expect(await subject.runs.stop(run)).toBe('ended');
    });

    it('takes a run that never was for success', async () => {
      const run = subject.runs.named('video-never');
      expect(await subject.runs.state(run)).toBe('unknown');
      expect(await subject.runs.stop(run)).toBe('unknown');
    });

    it('leaves the runs of other videos alone', async () => {
      const run = await subject.start('video-a');
      const other = await subject.start('video-a-1');
      await subject.runs.stop(run);
      expect(await subject.runs.state(other)).toBe('running');
    });
  });
}
