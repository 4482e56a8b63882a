import { answerParent } from './child.ts';
import { NOTHING, TARGET } from './video.ts';
import { WAYS, type Way, type WayName } from './ways.ts';

/** `peakMegabytes` is of the whole process. `failure` is the reported error, or undefined after a success. */
export type Run = {
  milliseconds: number;
  cpuMilliseconds: number;
  peakMegabytes: number;
  failure?: string | undefined;
};

export type ClientRequests = {
  /** Starts a way and lets it call the store once, because a worker is usually warm. */
  start: { asks: { way: WayName; endpoint: string; keysPerSecond?: number | undefined }; answers: undefined };
  run: { asks: undefined; answers: Run };
};

let way: Way = async () => {};

async function run(): Promise<Run> {
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const failure = await way(TARGET).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );
  const milliseconds = performance.now() - begun;
  const { user, system } = process.cpuUsage(cpu);
  const peakMegabytes = process.resourceUsage().maxRSS / 1_000;
  return { milliseconds, cpuMilliseconds: (user + system) / 1_000, peakMegabytes, failure };
}

answerParent({
  start: async ({ way: name, endpoint, keysPerSecond }: ClientRequests['start']['asks']) => {
    way = WAYS[name].start(endpoint, keysPerSecond);
    await way(NOTHING);
  },
  run,
});
