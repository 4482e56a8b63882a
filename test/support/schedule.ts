import fc from 'fast-check';
import type { Rules } from '../../functions/deletion/rules.ts';
import { PORT_NAMES, type PortName } from './memory/intercept-ports.ts';
import type { Fault } from './schedule-actor.ts';

/**
 * The tasks that people, workers or queues start. Numbers choose among what there is: videos, messages, running actors.
 */
export const TASK_NAMES = [
  ...(['requestByOwner', 'requestByAdmin', 'undo', 'replay', 'hold', 'release'] as const),
  ...(['sweep', 'deliver', 'deliverAgain', 'redrive', 'deliverToEdge', 'deliverToEdgeAgain'] as const),
] as const;
export type TaskName = (typeof TASK_NAMES)[number];

/** What late writers write. */
export const LATE_WRITES = [
  ...(['object', 'overwrite', 'upload', 'original', 'view', 'report'] as const),
  ...(['cacheKey', 'feedPage', 'watchedObject', 'copyAtEdge', 'run'] as const),
] as const;
export type LateWrite = (typeof LATE_WRITES)[number];

export type Command =
  | { do: 'start'; task: TaskName; which: number; calls: number; fault?: Fault | undefined }
  | { do: 'go'; actor: number; calls: number }
  | { do: 'wait'; seconds: number }
  | { do: 'write'; what: LateWrite; which: number }
  | { do: 'lose'; queue: 'cleanup' | 'edge' }
  | { do: 'outage'; port: PortName; seconds: number }
  | { do: 'live'; seconds: number };

/** A world, and everything that happens in it until the faults end. */
export type Schedule = { gate?: Rules['gate']; commands: Command[] };

/** More calls than any task makes, so that it runs to its end at once. */
const ALL_CALLS = 10_000;

const which = fc.nat(7);
const fault: fc.Arbitrary<Fault> = fc.record({
  call: fc.integer({ min: 1, max: 25 }),
  how: fc.constantFrom('failBefore', 'failAfter', 'dieBefore', 'dieAfter'),
});
const calls = fc.oneof(fc.nat(12), fc.constant(ALL_CALLS));
/** Around the undo window, the lease, the check after an undo, the sweep, the settle delay, and a late invalidation. */
const seconds = fc.constantFrom(1, 4, 10, 15, 31, 61, 125, 301, 905, 1900);
const start = (task: fc.Arbitrary<TaskName>) =>
  fc.record({
    do: fc.constant('start' as const),
    task,
    which,
    calls,
    fault: fc.option(fault, { freq: 3, nil: undefined }),
  });

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: start(fc.constantFrom(...TASK_NAMES)) },
  { weight: 2, arbitrary: start(fc.constantFrom('requestByOwner', 'undo')) },
  { weight: 6, arbitrary: start(fc.constantFrom('deliver', 'deliver', 'deliverAgain', 'deliverToEdge')) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('go' as const), actor: which, calls }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('write' as const), what: fc.constantFrom(...LATE_WRITES), which }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const), queue: fc.constantFrom('cleanup', 'edge') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('outage' as const),
      port: fc.constantFrom(...PORT_NAMES),
      seconds: fc.constantFrom(30, 600, 30_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('live' as const), seconds: fc.constantFrom(60, 960, 20_000) }) },
);

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  gate: fc.constantFrom(undefined, { ttlSeconds: 600, invalidates: false }, { ttlSeconds: 600, invalidates: true }),
  commands: fc.array(command, { minLength: 1, maxLength: 60, size: 'max' }),
});
