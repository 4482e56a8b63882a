import { type Child, startChild } from './child.ts';
import type { ClientRequests, Run } from './client.ts';
import type { Left } from './left.ts';
import { type Program, runProgram } from './programs.ts';
import type { Asked, StoreRequests, StoreSettings } from './store.ts';
import type { WayName } from './ways.ts';

export type Measured = Run & Asked & { left: Left };

export type Bench = {
  /** Measures one of our ways in a new process. @param keysPerSecond the store's rate, as the way is told */
  way(settings: StoreSettings, way: WayName, keysPerSecond?: number): Promise<Measured>;
  program(settings: StoreSettings, program: Program): Promise<Measured>;
  stop(): Promise<void>;
};

/** The store runs in its own process, so that its CPU time and memory are not counted for the measured way. */
export function startBench(nodeOptions: readonly string[] = []): Bench {
  const store = startChild<StoreRequests>('store.ts');
  return {
    way: async (settings, way, keysPerSecond) => {
      const { endpoint } = await store.ask('open', settings);
      const client = startChild<ClientRequests>('client.ts', nodeOptions);
      try {
        await client.ask('start', { way, endpoint, keysPerSecond });
        return await measure(store, () => client.ask('run', undefined));
      } finally {
        await client.stop();
      }
    },
    program: async (settings, program) => {
      const { endpoint } = await store.ask('open', settings);
      return await measure(store, () => runProgram(program, endpoint));
    },
    stop: () => store.stop(),
  };
}

async function measure(store: Child<StoreRequests>, run: () => Promise<Run>): Promise<Measured> {
  await store.ask('forget', undefined);
  const measured = await run();
  const asked = await store.ask('asked', undefined);
  return { ...measured, ...asked, left: await store.ask('left', undefined) };
}
