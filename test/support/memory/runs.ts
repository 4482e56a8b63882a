import type { RunState, VideoRuns } from '../../../functions/deletion/ports.ts';
import type { Line } from './line.ts';

const STATE_MACHINE = 'arn:aws:states:eu-west-1:000000000000:execution:processing';

/** The runs of a state machine, and how the platform starts one. */
export type MemoryRuns = VideoRuns & {
  /** Starts a run that goes on until it is stopped or finished; its ARN. */
  start(name: string): string;
  /** Lets every run come to its end. */
  finish(): void;
  /** Runs that go on stand under `running`. */
  lines(): Line[];
};

/** Runs in memory, held to the same contract suite as Step Functions. */
export function createMemoryRuns(): MemoryRuns {
  const states = new Map<string, Exclude<RunState, 'unknown'>>();
  const named = (name: string) => `${STATE_MACHINE}:${name}`;
  return {
    named,
    state: async (run) => states.get(run) ?? 'unknown',
    async stop(run) {
      const before = states.get(run);
      if (before) states.set(run, 'ended');
      return before === 'running' ? 'stopped' : (before ?? 'unknown');
    },
    start(name) {
      states.set(named(name), 'running');
      return named(name);
    },
    finish() {
      for (const run of states.keys()) states.set(run, 'ended');
    },
    lines: () =>
      [...states].map(([run, state]) => ({
        place: state === 'running' ? 'running' : 'ended runs',
        text: `${run} ${state}`,
      })),
  };
}
