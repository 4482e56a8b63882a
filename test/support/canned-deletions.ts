import { append } from '../../functions/deletion/record/history.ts';
import { STEP_NAMES } from '../../functions/deletion/record/steps.ts';
import type { Deletion, DeletionState, HistoryEntry, HoldReason, Step } from '../../web/src/client/types.ts';

/** How long a canned deletion can be undone, in seconds. */
export const UNDO_SECONDS = 10;
export const ADMIN = '0190c7a3-2222-7abc-8def-0123456789ab';

type Kept = { id: string; state: DeletionState; requestedAt: Date; hold?: HoldReason; history: HistoryEntry[] };
export type CannedDeletions = ReturnType<typeof createCannedDeletions>;

/** Deletions that stand still in memory until a test moves them. @param ownerId of all videos */
export function createCannedDeletions(ownerId: string) {
  const window = { seconds: UNDO_SECONDS };
  const kept = new Map<string, Kept>();

  const move = (videoId: string, state: DeletionState, by = 'worker') => {
    const standing = kept.get(videoId);
    // As in the service, one that was undone is replaced by the next.
    const before = standing?.state === 'cancelled' ? undefined : standing;
    const now = new Date();
    const entry = { at: now.toISOString(), from: before?.state ?? 'none', to: state, by };
    const history = append(before?.history ?? [], entry) as HistoryEntry[];
    const id = before?.id ?? videoId.replace('-7000-', '-7fff-');
    kept.set(videoId, { requestedAt: now, ...before, id, state, history });
  };
  const view = (videoId: string, isAdmin: boolean): Deletion | undefined => {
    const found = kept.get(videoId);
    if (!found) return undefined;
    return {
      ...viewOf(videoId, found, window.seconds),
      ...(isAdmin && { ...forAdmins(found), ownerId, requestedBy: ownerId }),
    };
  };
  return {
    /** What state a deletion is in; undefined where there is none, or one that was undone: the video is back. */
    stateOf: (videoId: string) => {
      const state = kept.get(videoId)?.state;
      return state === 'cancelled' ? undefined : state;
    },
    move,
    /** Makes a deletion so many seconds older. */
    age(videoId: string, seconds: number) {
      const found = kept.get(videoId);
      const requestedAt = found && new Date(found.requestedAt.getTime() - seconds * 1000);
      if (found && requestedAt) kept.set(videoId, { ...found, requestedAt });
    },
    /** How long a deletion can be undone; a test may change it. */
    window,
    hold(videoId: string, hold: HoldReason | undefined) {
      move(videoId, hold ? 'held' : 'running', ADMIN);
      const held = kept.get(videoId);
      if (held) kept.set(videoId, { ...held, ...(hold && { hold }) });
    },
    view,
    /** As they stand in a list: without the history. */
    list: (isAdmin: boolean) =>
      [...kept.keys()].flatMap((videoId) => {
        const { history: _, steps, ...summary } = view(videoId, isAdmin) ?? ({} as Deletion);
        return [{ ...summary, steps: steps.map(({ failed: _failed, ...step }) => step) }];
      }),
    /** Writes another time into the first entry of a history, as somebody would who has something to hide. */
    forge(videoId: string) {
      const found = kept.get(videoId);
      const [first, ...rest] = found?.history ?? [];
      if (found && first) kept.set(videoId, { ...found, history: [{ ...first, by: 'nobody' }, ...rest] });
    },
  };
}

function viewOf(videoId: string, { id, state, requestedAt, history }: Kept, undoSeconds: number): Deletion {
  const self = `/api/v1/videos/${videoId}/deletion`;
  const at = (seconds: number) => new Date(requestedAt.getTime() + seconds * 1000).toISOString();
  const endedAt = history.at(-1)?.at;
  return {
    videoId,
    deletionId: id,
    state,
    reason: 'owner',
    requestedAt: at(0),
    undoableUntil: at(undoSeconds),
    undoable: state === 'pending',
    hidden: state !== 'cancelled',
    hiddenAt: at(0),
    ...(state === 'deleted' && endedAt && { deletedAt: endedAt }),
    steps: STEP_NAMES.map((name, position) =>
      stepIn({ state, name, position }, (seconds) => at(undoSeconds + seconds)),
    ),
    attempts: state === 'failed' ? 12 : 0,
    links: { self, ...(state === 'deleted' && { receipt: `${self}/receipt` }) },
  };
}

/** When each attempt of a failed step begins, in seconds: the waits double from ten seconds to half an hour. */
const ATTEMPTS = [0, 10, 30, 70, 150, 310, 630, 1270, 2550, 4350, 6150, 7950];

/** `deleteObjects` is where a deletion fails, and the steps after it stand still while it runs. */
function stepIn(
  { state, name, position }: { state: DeletionState; name: Step['name']; position: number },
  at: (seconds: number) => string,
): Step {
  const nothing = { name, state: 'waiting', attempts: 0, counts: {} } as const;
  if (state === 'pending' || (state !== 'deleted' && position > 2)) return nothing;
  const isFailed = state === 'failed' && name === 'deleteObjects';
  const [error, begins] = ['AccessDenied', position];
  const failed = ATTEMPTS.map((after) => ({
    startedAt: at(begins + after),
    finishedAt: at(begins + after + 0.4),
    error,
  }));
  const last = isFailed ? begins + (ATTEMPTS.at(-1) ?? 0) : begins;
  return {
    name,
    state: isFailed ? 'failed' : 'done',
    attempts: isFailed ? 12 : 1,
    counts: name === 'deleteObjects' ? { objects: 13, bytes: 413_905 } : {},
    startedAt: at(begins),
    finishedAt: at(last + 0.3),
    ...(isFailed && { lastStartedAt: at(last), error, failed, failures: 12 }),
  };
}

function forAdmins({ hold, state, history }: Kept): Partial<Deletion> {
  const at = history.at(-1)?.at ?? '';
  return {
    ...(state === 'held' && hold && { hold: { ...hold, by: ADMIN, at, stopped: true }, heldFrom: 'running' }),
    late: {},
    interrupted: 0,
    receipts: state === 'deleted' ? 1 : 0,
    history,
  };
}
