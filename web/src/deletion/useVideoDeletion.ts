import { computed, onScopeDispose, shallowRef } from 'vue';
import type { VideoApi } from '../client/createVideoApi.ts';
import type { Deletion } from '../client/types.ts';
import { askForDeletions } from './askForDeletions.ts';
import { askToUndo, MOST_TOGETHER } from './askToUndo.ts';
import { createProgressList } from './progress/createProgressList.ts';
import { listenToTabs } from './progress/listenToTabs.ts';
import { pollWhileOpen } from './progress/pollWhileOpen.ts';
import { type DeletableVideo, isOpen, type Progress, secondsToUndo } from './progress/progress.ts';
import { type DeletionAction, tellAction } from './progress/tellAction.ts';

export type VideoDeletionOptions<V extends DeletableVideo> = {
  /** Take the video out of the list at once. The API has not answered yet. */
  requested?: (video: V) => void;
  /**
   * The API has accepted these deletions, requested in this tab or in another one. They go on unless they are undone.
   */
  accepted?: (videoIds: string[]) => void;
  /** Put the video back in its old place: its deletion was undone or refused. */
  returned?: (video: V) => void;
  /** Load the list again: a deletion was accepted or undone in another tab. */
  changedElsewhere?: () => void;
};

type DeletionApi = Pick<VideoApi, 'requestDeletion' | 'requestDeletions' | 'deletion' | 'undo' | 'undoDeletions'>;

/**
 * The deletions of one user. Requests them, follows each to its end, undoes them, and says in one message what the last
 * action came to. Its functions never throw: an entry's `problem` holds what failed. It stops when the calling scope is
 * disposed.
 */
export function useVideoDeletion<V extends DeletableVideo>(api: DeletionApi, options: VideoDeletionOptions<V> = {}) {
  const { entries, find, put, dismiss } = createProgressList<V>();
  const action = shallowRef<DeletionAction<V>>();
  let lastId = 0;
  const polls = pollWhileOpen({ entries: () => entries.value, put, poll });
  const tabs = listenToTabs((accepted) => {
    if (accepted.length > 0) options.accepted?.(accepted);
    options.changedElsewhere?.();
  });
  onScopeDispose(() => {
    tabs.close();
    polls.stop();
  });
  const change = (id: number, part: Partial<DeletionAction<V>>) => {
    if (action.value?.id === id) action.value = { ...action.value, ...part };
  };

  /** Follows a deletion that exists already, for example after a reload. */
  function follow(video: V, deletion: Deletion) {
    put({ video, deletion, secondsToUndo: secondsToUndo(deletion), problem: undefined });
    if (isOpen(deletion)) polls.start();
  }

  function refused(video: V, status: number) {
    put({ video, deletion: undefined, secondsToUndo: 0, problem: { during: 'request', status } });
    options.returned?.(video);
  }

  /** A new action: the one before it has no message any more. @returns its id, which no other action has */
  function begin(part: Omit<DeletionAction<V>, 'id' | 'isStopped'>): number {
    lastId += 1;
    action.value = { id: lastId, isStopped: false, ...part };
    return lastId;
  }

  /** Tells what failed though another action, or nobody, has the message by now. */
  function surface(id: number, videos: readonly V[], part: Partial<DeletionAction<V>> = {}) {
    if (action.value?.id !== id && videos.length > 0) begin({ videos, answered: videos.length, ...part });
  }

  /**
   * Requests one deletion, or several together, a hundred at a time. If the user may not delete one of a hundred, the
   * API refuses all of them. Each entry then says whether its own video or another one was the reason.
   */
  async function requestDeletions(videos: readonly V[]): Promise<void> {
    for (const { video, deletion } of entries.value) if (!deletion || !isOpen(deletion)) dismiss(video.id);
    const id = begin({ videos, answered: 0 });
    for (const video of videos) {
      dismiss(video.id);
      options.requested?.(video);
    }
    for (let next = 0; next < videos.length; next += MOST_TOGETHER) {
      if (action.value?.id === id && action.value.isStopped) {
        for (const video of videos.slice(next)) options.returned?.(video);
        change(id, { videos: videos.slice(0, next) });
        return;
      }
      const batch = videos.slice(next, next + MOST_TOGETHER);
      await requestBatch(batch);
      change(id, { answered: next + batch.length });
      surface(
        id,
        batch.filter((video) => find(video.id)?.problem?.during === 'request'),
      );
    }
  }

  async function requestBatch(videos: readonly V[]): Promise<void> {
    const ids = videos.map(({ id }) => id);
    const outcomes = await askForDeletions(api, ids);
    const deletionOf = (id: string) => {
      const outcome = outcomes.get(id) ?? { status: 500 };
      return 'deletion' in outcome ? outcome : { deletion: undefined, ...outcome };
    };
    const accepted = ids.filter((id) => deletionOf(id).deletion);
    if (accepted.length > 0) options.accepted?.(accepted);
    for (const video of videos) {
      const outcome = deletionOf(video.id);
      if (outcome.deletion) follow(video, outcome.deletion);
      else refused(video, outcome.status);
    }
    if (accepted.length > 0) tabs.tell(accepted);
  }

  /** Takes back the deletions of these videos, all in one request for each hundred. */
  async function undo(videos: readonly V[]): Promise<void> {
    const id = begin({ videos, answered: videos.length, undo: { videos } });
    const outcomes = await askToUndo(
      api,
      videos.map(({ id }) => id),
    );
    for (const video of videos) {
      const outcome = outcomes.get(video.id) ?? { status: 500 };
      const entry = find(video.id);
      if ('status' in outcome) {
        if (entry) put({ ...entry, problem: { during: 'undo', status: outcome.status } });
      } else if (outcome.deletion.state === 'cancelled') undone(video);
      // An admin has taken back the requests of admins, and the owner's stands.
      else if (entry) follow(entry.video, outcome.deletion);
    }
    change(id, { undo: { videos, outcomes } });
    const failed = videos.filter(({ id: one }) => outcomes.get(one) && 'status' in (outcomes.get(one) ?? {}));
    surface(id, failed, { undo: { videos: failed, outcomes } });
    if ([...outcomes.values()].some((outcome) => 'deletion' in outcome)) tabs.tell([]);
  }

  function undone(video: V) {
    dismiss(video.id);
    options.returned?.(video);
  }

  /** It is no longer part of what the message is about. */
  function undoneElsewhere(video: V) {
    undone(video);
    const { id, videos = [], answered = 0, undo: taken } = action.value ?? {};
    const left = videos.filter((one) => one.id !== video.id);
    if (id === undefined || taken || left.length === videos.length) return;
    if (left.length > 0) change(id, { videos: left, answered: answered - 1 });
    else action.value = undefined;
  }

  async function poll({ video }: Progress<V>): Promise<void> {
    const deletion = await api.deletion(video.id);
    const entry = find(video.id);
    if (entry?.deletion?.deletionId !== deletion.deletionId) return;
    if (deletion.state === 'cancelled') undoneElsewhere(video);
    else put({ ...entry, deletion, secondsToUndo: secondsToUndo(deletion) });
  }

  return {
    /** Every deletion of this page, running and ended. */
    deletions: entries,
    /** What the last action came to; undefined once it was put away. */
    message: computed(() => action.value && tellAction(action.value, find)),
    requestDeletions,
    requestDeletion: (video: V) => requestDeletions([video]),
    undo,
    /** Undoes what can still be undone of the last action. */
    async undoLast() {
      const undoable = (action.value?.videos ?? []).filter(({ id }) => (find(id)?.secondsToUndo ?? 0) > 0);
      if (undoable.length > 0) await undo(undoable);
    },
    /** Requests no more of the last action than what has been requested. */
    stop: () => action.value && change(action.value.id, { isStopped: true }),
    follow,
    /** Puts the message away. The deletions go on. */
    dismiss() {
      action.value = undefined;
    },
  };
}
