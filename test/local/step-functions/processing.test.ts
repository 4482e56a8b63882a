import { SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startProcessing } from '../../../local/step-functions/processing.ts';
import type { LocalStepFunctions } from '../../../local/step-functions/step-functions.ts';
import type { ProcessingTools } from '../../../platform/processing/tasks.ts';
import { PATIENCE } from '../../support/patience.ts';

const VIDEO = '0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c11';
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

describe('startProcessing', () => {
  let service: LocalStepFunctions;
  let client: SFNClient;
  const written: string[] = [];
  const waiting: (() => void)[] = [];

  afterEach(async () => {
    letGoOn();
    client.destroy();
    await service.stop();
    await service.idle();
    written.length = 0;
  });

  async function start(tools: Partial<ProcessingTools>) {
    service = await startProcessing({
      write: async (key) => void written.push(key),
      wait: () => Promise.resolve(),
      segmentMilliseconds: 0,
      ...tools,
    });
    const { endpoint, stateMachineArn } = service;
    client = new SFNClient({ endpoint, region: 'us-east-1', credentials: CREDENTIALS, disableHostPrefix: true });
    const input = JSON.stringify({ videoId: VIDEO, segments: 8 });
    return client.send(new StartExecutionCommand({ stateMachineArn, name: `video-${VIDEO}`, input }));
  }

  /** A wait that holds each task, once so many files are written, until `letGoOn`. */
  const holdAt = (files: number) => {
    const held = () => new Promise<void>((resolve) => waiting.push(resolve));
    return () => (written.length >= files ? held() : Promise.resolve());
  };
  const letGoOn = () => {
    for (const goOn of waiting.splice(0)) goOn();
  };

  it('writes every file of a video, the playlist that makes it visible last', async () => {
    const published = vi.fn<(videoId: string) => Promise<void>>(async () => {});
    await start({ published });
    await vi.waitFor(() => expect(service.startedRuns()[0]?.status).toBe('SUCCEEDED'), PATIENCE);
    const segments = Array.from({ length: 8 }, (_, index) => `${VIDEO}_00${index + 1}.ts`);
    const files = [...segments, `${VIDEO}.m3u8`].flatMap((file) => [`480p/${file}`, `720p/${file}`]);
    const expected = [...files, 'thumbnail.jpg', 'playlist.m3u8'].map((file) => `videos/${VIDEO}/${file}`);
    expect(written.toSorted()).toEqual(expected.toSorted());
    expect(written.at(-1)).toBe(`videos/${VIDEO}/playlist.m3u8`);
    expect(published).toHaveBeenCalledExactlyOnceWith(VIDEO);
  });

  it('leaves at most a few late segments after a stop', async () => {
    const { executionArn } = await start({ wait: holdAt(4) });
    await vi.waitFor(() => expect(waiting).toHaveLength(2), PATIENCE);
    await client.send(new StopExecutionCommand({ executionArn }));
    const before = written.length;
    await finishTasks();
    expect(written.length).toBeGreaterThan(before);
    expect(written.length).toBeLessThanOrEqual(before + 4);
    expect(written).not.toContain(`videos/${VIDEO}/playlist.m3u8`);
  });

  it('writes whole renditions after a stop when it is told to ignore it', async () => {
    const { executionArn } = await start({ wait: holdAt(1), ignoreStop: true });
    await vi.waitFor(() => expect(waiting).toHaveLength(2), PATIENCE);
    await client.send(new StopExecutionCommand({ executionArn }));
    await finishTasks();
    expect(written.filter((key) => key.endsWith('.ts'))).toHaveLength(16);
    expect(written).not.toContain(`videos/${VIDEO}/playlist.m3u8`);
  });

  /** Lets each held segment go on until no task is under way. */
  async function finishTasks(): Promise<void> {
    let over = false;
    const idle = service.idle().then(() => {
      over = true;
    });
    while (!over) {
      letGoOn();
      await new Promise(setImmediate);
    }
    await idle;
  }
});
