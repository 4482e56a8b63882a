import type { Deletion } from '../../client/types.ts';
import type { Undone } from '../askToUndo.ts';
import type { DeletableVideo, Progress } from './progress.ts';

type Exceptions = NonNullable<Deletion['exceptions']>;

/** The last thing that the user did, to one video or to many together. */
export type DeletionAction<V> = {
  id: number;
  videos: readonly V[];
  /** For how many the service has answered. */
  answered: number;
  /** True once the user has stopped what was not requested yet. */
  isStopped: boolean;
  /** Absent: nothing was undone. Without outcomes: the answer is awaited. */
  undo?: { videos: readonly V[]; outcomes?: ReadonlyMap<string, Undone> };
};

/** What a message says. Each kind has its own words. */
export type MessageKind =
  | 'asking'
  | 'moved'
  | 'begun'
  | 'partly'
  | 'refused'
  | 'held'
  | 'failed'
  | 'deleted'
  | 'except'
  | 'undoing'
  | 'back'
  | 'partlyBack'
  | 'tooLate';

export type Message<V> = {
  /** Of the action, so that the next one is another message. */
  id: number;
  kind: MessageKind;
  /** How many videos it is about, and how many of them it succeeded with. */
  total: number;
  count: number;
  /** How many can still be undone, and for how many more seconds. */
  undoable: number;
  secondsToUndo: number;
  /** When that ends, as the service says it. */
  undoableUntil?: string;
  /** Why the first one was refused: an HTTP status, 0 for no answer, or `WITH_OTHERS`. */
  status?: number;
  /** Those that were refused. */
  refused: readonly V[];
  /** The one video, once it has a receipt. */
  receiptOf?: V;
};

/** One message for one action, however many videos it was about. */
export function tellAction<V extends DeletableVideo>(
  { id, videos, answered, undo }: DeletionAction<V>,
  find: (videoId: string) => Progress<V> | undefined,
): Message<V> {
  if (undo) return tellUndo(id, undo);
  const entries = videos.map(({ id }) => find(id)).filter((entry) => entry !== undefined);
  const accepted = entries.filter(({ deletion }) => deletion);
  const refused = entries.filter(({ deletion }) => !deletion);
  const undoable = accepted.filter(({ secondsToUndo }) => secondsToUndo > 0);
  const [soonest] = undoable.toSorted((one, other) => one.secondsToUndo - other.secondsToUndo);
  const isAsking = answered < videos.length;
  const [only] = videos.length === 1 ? accepted : [];
  const status = refused[0]?.problem?.status;
  return {
    id,
    kind: isAsking
      ? 'asking'
      : kindOf({ accepted: accepted.length, refused: refused.length, isUndoable: undoable.length > 0 }, only),
    total: videos.length,
    count: isAsking ? answered : accepted.length,
    undoable: isAsking ? 0 : undoable.length,
    secondsToUndo: soonest?.secondsToUndo ?? 0,
    ...(soonest?.deletion?.undoableUntil && { undoableUntil: soonest.deletion.undoableUntil }),
    ...(status !== undefined && { status }),
    refused: refused.map(({ video }) => video),
    ...(only?.deletion?.links.receipt && { receiptOf: only.video }),
  };
}

/** What can no longer be undone is not called moved: its deletion has begun. */
function kindOf(
  { accepted, refused, isUndoable }: { accepted: number; refused: number; isUndoable: boolean },
  only: Progress<unknown> | undefined,
): MessageKind {
  if (accepted === 0) return 'refused';
  if (refused > 0) return 'partly';
  const state = only?.deletion?.state;
  if (state === 'deleted') return only?.deletion?.exceptions && isLacking(only.deletion.exceptions) ? 'except' : state;
  if (state === 'held' || state === 'failed') return state;
  return isUndoable ? 'moved' : 'begun';
}

/** True where the receipt does not vouch for everything: failures on the way alone are no reason. */
function isLacking({ nothingFound, notFound, notListed, kept, sharedRuns, notOurs }: Exceptions): boolean {
  return [nothingFound, notFound, notListed, kept, sharedRuns, notOurs].some(Boolean);
}

function tellUndo<V extends DeletableVideo>(
  id: number,
  { videos, outcomes }: NonNullable<DeletionAction<V>['undo']>,
): Message<V> {
  const total = videos.length;
  const nothing = { id, total, undoable: 0, secondsToUndo: 0, refused: [] };
  if (!outcomes) return { ...nothing, kind: 'undoing', count: total };
  const isBack = ({ id: one }: V) => {
    const outcome = outcomes.get(one);
    return outcome !== undefined && 'deletion' in outcome && outcome.deletion.state === 'cancelled';
  };
  const refused = videos.filter((video) => !isBack(video));
  const count = total - refused.length;
  const kind = count === total ? 'back' : count > 0 ? 'partlyBack' : 'tooLate';
  // Being too late (409) is no reason to try again; any other is.
  const statuses = refused.flatMap(({ id: one }) => {
    const outcome = outcomes.get(one);
    return outcome && 'status' in outcome ? [outcome.status] : [];
  });
  const status = statuses.find((one) => one !== 409) ?? statuses[0];
  return { ...nothing, kind, count, refused, ...(status !== undefined && { status }) };
}
