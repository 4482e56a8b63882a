import { onScopeDispose } from 'vue';
import type { VideoApi } from '../client/createVideoApi.ts';
import type { Deletion } from '../client/types.ts';
import { askForDeletions } from './askForDeletions.ts';
import { askToUndo } from './askToUndo.ts';
import { createProgressList } from './progress/createProgressList.ts';
import { listenToTabs } from './progress/listenToTabs.ts';
import { pollWhileOpen } from './progress/pollWhileOpen.ts';
import { type DeletableVideo, isOpen, type Progress, secondsToUndo } from './progress/progress.ts';

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
 * The deletions of one user. Requests them, follows each to its end, undoes them, and says what went wrong. Its
 * functions never throw: an entry's `problem` holds what failed. It stops when the calling scope is disposed.
 */
export function useVideoDeletion<V extends DeletableVideo>(api: DeletionApi, options: VideoDeletionOptions<V> = {}) {
  const { entries, find, put, dismiss } = createProgressList<V>();
  const polls = pollWhileOpen({ entries: () => entries.value, put, poll });
  const tabs = listenToTabs((accepted) => {
    if (accepted.length > 0) options.accepted?.(accepted);
    options.changedElsewhere?.();
  });
  onScopeDispose(() => {
    tabs.close();
    polls.stop();
  });

  /** Follows a deletion that exists already, for example after a reload. */
  function follow(video: V, deletion: Deletion) {
    put({ video, deletion, secondsToUndo: secondsToUndo(deletion), problem: undefined });
    if (isOpen(deletion)) polls.start();
  }

  function refused(video: V, status: number) {
    put({ video, deletion: undefined, secondsToUndo: 0, problem: { during: 'request', status } });
    options.returned?.(video);
  }

  /**
   * Requests one deletion, or several together. If the user may not delete one of the videos, the API refuses all of
   * them. Each entry then says whether its own video or another one was the reason.
   */
  async function requestDeletions(videos: readonly V[]): Promise<void> {
    for (const video of videos) {
      options.requested?.(video);
      dismiss(video.id);
    }
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

  async function undo(...videoIds: string[]): Promise<void> {
    const outcomes = await askToUndo(api, videoIds);
    for (const id of videoIds) {
      const outcome = outcomes.get(id) ?? { status: 500 };
      const entry = find(id);
      if ('status' in outcome) {
        if (entry) put({ ...entry, problem: { during: 'undo', status: outcome.status } });
      } else if (outcome.deletion.state === 'cancelled') undone(id);
      // An admin has taken back the requests of admins, and the owner's stands.
      else if (entry) follow(entry.video, outcome.deletion);
    }
    if ([...outcomes.values()].some((outcome) => 'deletion' in outcome)) tabs.tell([]);
  }

  function undone(videoId: string) {
    const entry = find(videoId);
    dismiss(videoId);
    if (entry) options.returned?.(entry.video);
  }

  async function poll({ video: { id } }: Progress<V>): Promise<void> {
    const deletion = await api.deletion(id);
    const entry = find(id);
    if (entry?.deletion?.deletionId !== deletion.deletionId) return;
    if (deletion.state === 'cancelled') undone(id);
    else put({ ...entry, deletion, secondsToUndo: secondsToUndo(deletion) });
  }

  return {
    /** All deletions, running and ended, until they are dismissed. */
    deletions: entries,
    requestDeletions,
    requestDeletion: (video: V) => requestDeletions([video]),
    undo: (videoId: string) => undo(videoId),
    /** Undoes every deletion that can still be undone. */
    async undoAll() {
      const undoable = entries.value.filter(({ secondsToUndo }) => secondsToUndo > 0);
      if (undoable.length > 0) await undo(...undoable.map(({ video }) => video.id));
    },
    follow,
    dismiss,
    /** Dismisses every deletion that has ended. */
    dismissEnded() {
      for (const { video, deletion } of entries.value) if (!deletion || !isOpen(deletion)) dismiss(video.id);
    },
  };
}
