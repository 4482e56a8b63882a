import type { StepName } from '../../functions/deletion/record/steps.ts';
import { betweenBatches, inCall, inHideOfWorker, namesTheVideo, onceHidden, type Phase, type Wrap } from './moments.ts';

export type KillPoint = {
  /** The state of the deletion at that moment. */
  state: KilledState;
  step?: StepName;
  /** How many of a hundred kills come here: each state and each step has at least ten. */
  ofHundred: number;
  phases: readonly Phase[];
  /** Only a deletion that has just been asked for comes here. */
  isFirst?: true;
  /** The request itself is cut off, so that nobody is told that it was accepted. */
  isInRequest?: true;
  wrap: Wrap;
};

/** The states in which a deletion is worked on. */
export const KILLED_STATES = ['pending', 'running', 'settling'] as const;
export type KilledState = (typeof KILLED_STATES)[number];

const PENDING = { state: 'pending', phases: ['before'], isFirst: true } as const;
const RUNNING = { state: 'running', phases: ['before', 'after'] } as const;
const SETTLING = { state: 'settling', phases: ['before', 'after'] } as const;

/**
 * The points where a process is killed, in the order in which a deletion reaches them. A deletion whose process was
 * killed at one point can still be killed at the same point or a later one.
 */
const TABLE = {
  'accepted, its message not sent': {
    ...{ ...PENDING, ofHundred: 6, isInRequest: true },
    wrap: inCall('cleanupQueue', 'send'),
  },
  'accepted, not hidden': {
    ...{ ...PENDING, step: 'hide', ofHundred: 5, isInRequest: true },
    wrap: inCall('rows', 'hide'),
  },
  'in its undo window': { ...PENDING, ofHundred: 6, wrap: onceHidden },

  hide: { ...RUNNING, step: 'hide', ofHundred: 7, isFirst: true, wrap: inHideOfWorker },
  cancelRuns: { ...RUNNING, step: 'cancelRuns', ofHundred: 11, wrap: inCall('runs', 'stop') },
  deleteObjects: { ...RUNNING, phases: ['after'], step: 'deleteObjects', ofHundred: 12, wrap: betweenBatches },
  'deleteRows, its views': {
    ...{ ...RUNNING, step: 'deleteRows', ofHundred: 6 },
    wrap: inCall('rows', 'deleteBatch', (args, tombstone) => namesTheVideo(args, tombstone) && isOfViews(args)),
  },
  'deleteRows, the video': { ...RUNNING, step: 'deleteRows', ofHundred: 6, wrap: inCall('rows', 'deleteVideoRow') },
  invalidateCache: {
    ...{ ...RUNNING, step: 'invalidateCache', ofHundred: 6 },
    // Before a worker has written down that it is hidden, it may be `hide` that calls.
    wrap: inCall(
      'cache',
      'invalidate',
      (args, tombstone) => namesTheVideo(args, tombstone) && tombstone.steps.hide.state === 'done',
    ),
  },
  verify: { ...RUNNING, step: 'verify', ofHundred: 6, wrap: inCall('rows', 'look') },

  // The step itself is a number on the tombstone; its work begins when the pass is over.
  'invalidateEdge, its message': {
    ...{ ...SETTLING, step: 'invalidateEdge', ofHundred: 4 },
    wrap: inCall('edgeQueue', 'send'),
  },
  'invalidateEdge, asking': {
    ...{ ...SETTLING, step: 'invalidateEdge', ofHundred: 4 },
    wrap: inCall('edge', 'invalidate'),
  },
  'invalidateEdge, looking': {
    ...{ ...SETTLING, phases: ['before'], step: 'invalidateEdge', ofHundred: 4 },
    // A process that has just begun does not know the invalidation: after the look, another is asked for.
    wrap: inCall('edge', 'isCompleted', ([invalidationId], { edge }) => edge?.invalidationId === invalidationId),
  },
  'invalidateCache, again': {
    ...{ ...SETTLING, step: 'invalidateCache', ofHundred: 5 },
    wrap: inCall('cache', 'invalidate'),
  },
  'verify, again': { ...SETTLING, step: 'verify', ofHundred: 6, wrap: inCall('objects', 'look') },
  'the receipt, not written': { ...SETTLING, ofHundred: 6, wrap: inCall('signer', 'sign') },
} as const satisfies Record<string, KillPoint>;

export type PointName = keyof typeof TABLE;

/** The points by their names, in the order of the table. */
export const KILL_POINTS: Readonly<Record<PointName, KillPoint>> = TABLE;
export const POINT_NAMES = Object.keys(TABLE) as PointName[];

/** True where it is the worker that is killed, with its lease: `invalidate-edge` and the request have none. */
export function isInWorker(name: PointName): boolean {
  const { state, step } = KILL_POINTS[name];
  return state !== 'pending' && step !== 'invalidateEdge';
}

function isOfViews([place]: unknown[]): boolean {
  return (place as { table: string }).table === 'views';
}
