import { onScopeDispose } from 'vue';
import { statusOf } from '../client/ApiError.ts';
import type { VideoApi } from '../client/createVideoApi.ts';
import type { Deletion } from '../client/types.ts';
import { askForDeletions } from './askForDeletions.ts';
import { createProgressList } from './progress/createProgressList.ts';
import { listenToTabs } from './progress/listenToTabs.ts';
import { pollWhileOpen } from './progress/pollWhileOpen.ts';
import { type DeletableVideo, isOpen, type Progress, secondsToUndo } from './progress/progress.ts';

export type VideoDeletionOptions<V extends DeletableVideo> = {
  /** A video is to leave the list at once. Nobody has answered yet. */
  removed?: (video: V) => void;
  /** These are gone for good unless they are undone: they were accepted, here or in another tab. */
  accepted?: (videoIds: string[]) => void;
  /** It is to come back, where it was: its deletion was undone or refused. */
  returned?: (video: V) => void;
  /** Something was accepted or undone in another tab: the list is old. */
  changedElsewhere?: () => void;
};

type DeletionApi = Pick<VideoApi, 'requestDeletion' | 'requestDeletions' | 'deletion' | 'undo'>;

/**
 * The deletions of one user: asks for them, follows each to its end, undoes them, and says what went wrong. Nothing is thrown;
 * what failed stands in the entry's `problem`. Ends with the scope that it was called in.
 */
export function useVideoDeletion<V extends DeletableVideo>(api: DeletionApi, options: VideoDeletionOptions<V> = {}) {
  const { entries, find, put, dismiss } = createProgressList<V>();
  const polls = pollWhileOpen({ entries: () => entries.value, put, look });
  const tabs = listenToTabs((accepted) => {
    if (accepted.length > 0) options.accepted?.(accepted);
    options.changedElsewhere?.();
  });
  onScopeDispose(() => {
    tabs.close();
    polls.stop();
  });

  /** Takes up a deletion that there is already, as after a reload. */
  function follow(video: V, deletion: Deletion) {
    put({ video, deletion, secondsToUndo: secondsToUndo(deletion), problem: undefined });
    if (isOpen(deletion)) polls.start();
  }

  function refused(video: V, status: number) {
    put({ video, deletion: undefined, secondsToUndo: 0, problem: { during: 'request', status } });
    options.returned?.(video);
  }

  /** Asks for one or, together, for several. One that may not be deleted refuses all: each then says why, or that another was the reason. */
  async function requestDeletions(videos: readonly V[]): Promise<void> {
    for (const video of videos) {
      options.removed?.(video);
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

  async function undo(videoId: string): Promise<void> {
    try {
      await api.undo(videoId);
      undone(videoId);
      tabs.tell([]);
    } catch (error) {
      const entry = find(videoId);
      if (entry) put({ ...entry, problem: { during: 'undo', status: statusOf(error) } });
    }
  }

  function undone(videoId: string) {
    const entry = find(videoId);
    dismiss(videoId);
    if (entry) options.returned?.(entry.video);
  }

  async function look({ video: { id } }: Progress<V>): Promise<void> {
    const deletion = await api.deletion(id);
    const entry = find(id);
    if (entry?.deletion?.deletionId !== deletion.deletionId) return;
    if (deletion.state === 'cancelled') undone(id);
    else put({ ...entry, deletion, secondsToUndo: secondsToUndo(deletion) });
  }

  return {
    /** The deletions under way and those that have ended, until they are dismissed. */
    deletions: entries,
    requestDeletions,
    requestDeletion: (video: V) => requestDeletions([video]),
    undo,
    /** Undoes each that still can be. */
    async undoAll() {
      for (const { video, secondsToUndo } of entries.value) if (secondsToUndo > 0) await undo(video.id);
    },
    follow,
    dismiss,
    /** Dismisses those about which nothing more will be said. */
    dismissEnded() {
      for (const { video, deletion } of entries.value) if (!deletion || !isOpen(deletion)) dismiss(video.id);
    },
  };
}
