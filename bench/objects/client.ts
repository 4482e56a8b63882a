import { answerParent } from './child.ts';
import { NOTHING, TARGET } from './video.ts';
import { WAYS, type Way, type WayName } from './ways.ts';

/** `peakMegabytes`: of the whole process. `failure`: what it said, if it did not call it a success. */
export type Run = {
  milliseconds: number;
  cpuMilliseconds: number;
  peakMegabytes: number;
  failure?: string | undefined;
};

export type ClientRequests = {
  /** Starts a way, and lets it speak to the store once: a worker is mostly warm. */
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
