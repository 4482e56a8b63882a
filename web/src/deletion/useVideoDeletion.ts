import { onScopeDispose, ref } from 'vue';
import { ApiError, statusOf } from '../client/ApiError.ts';
import type { VideoApi } from '../client/createVideoApi.ts';
import type { Deletion, DeletionResult, Video } from '../client/types.ts';
import { listenToTabs } from './listenToTabs.ts';
import { pollWhileOpen } from './pollWhileOpen.ts';
import { isOpen, type Progress, secondsToUndo } from './progress.ts';

/** What the composable needs of a video. */
export type DeletableVideo = Pick<Video, 'id' | 'title'>;

export type VideoDeletionOptions<V extends DeletableVideo> = {
  /** A video is to leave the list at once: it was asked to be deleted, here or in another tab. */
  removed?: (videoId: string) => void;
  /** It is to come back, where it was: its deletion was undone or refused. */
  returned?: (video: V) => void;
  /** Something was accepted or undone: figures that count videos are old. */
  changed?: () => void;
  /** Something was accepted or undone in another tab: the list itself is old. */
  changedElsewhere?: () => void;
};

type DeletionApi = Pick<VideoApi, 'requestDeletion' | 'requestDeletions' | 'deletion' | 'undo'>;

/**
 * The deletions of one user: asks for them, follows each to its end, undoes them, and says what went wrong. Nothing is thrown;
 * what failed stands in the entry's `problem`. Ends with the scope that it was called in.
 */
export function useVideoDeletion<V extends DeletableVideo>(api: DeletionApi, options: VideoDeletionOptions<V> = {}) {
  /** The deletions under way and those that have ended, until they are dismissed. */
  const deletions = ref<Progress<V>[]>([]);

  const find = (videoId: string) =>
    deletions.value.find(({ video }) => video.id === videoId) as Progress<V> | undefined;
  const dismiss = (videoId: string) => {
    deletions.value = deletions.value.filter(({ video }) => video.id !== videoId);
  };
  const put = (entry: Progress<V>) => {
    dismiss(entry.video.id);
    deletions.value = [...deletions.value, entry] as typeof deletions.value;
  };

  const tabs = listenToTabs({
    deletionAsked: (videoId) => options.removed?.(videoId),
    changed: () => options.changedElsewhere?.(),
  });
  const polls = pollWhileOpen({ entries: () => deletions.value as Progress<V>[], look });
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

  function accepted(video: V, deletion: Deletion) {
    follow(video, deletion);
    tabs.tell(video.id);
    options.changed?.();
  }

  async function requestDeletion(video: V): Promise<void> {
    options.removed?.(video.id);
    dismiss(video.id);
    try {
      accepted(video, await api.requestDeletion(video.id));
    } catch (error) {
      refused(video, statusOf(error));
    }
  }

  /** Several at once. One that may not be deleted refuses all: then each says why, or that another was the reason. */
  async function requestDeletions(videos: readonly V[]): Promise<void> {
    for (const video of videos) {
      options.removed?.(video.id);
      dismiss(video.id);
    }
    try {
      const results = await api.requestDeletions(videos.map(({ id }) => id));
      for (const video of videos)
        settle(
          video,
          results.find(({ videoId }) => videoId === video.id),
        );
    } catch (error) {
      const ofEach = error instanceof ApiError ? error.refused : new Map<string, number>();
      const ofOthers = ofEach.size > 0 ? WITH_OTHERS : statusOf(error);
      for (const video of videos) refused(video, ofEach.get(video.id) ?? ofOthers);
    }
  }

  function settle(video: V, result: DeletionResult | undefined) {
    if (result?.deletion) accepted(video, result.deletion);
    else refused(video, result?.status ?? 500);
  }

  async function undo(videoId: string): Promise<void> {
    const entry = find(videoId);
    if (!entry) return;
    try {
      await api.undo(videoId);
      undone(entry);
    } catch (error) {
      put({ ...entry, problem: { during: 'undo', status: statusOf(error) } });
    }
  }

  function undone({ video }: Progress<V>) {
    dismiss(video.id);
    options.returned?.(video);
    options.changed?.();
    tabs.tellChanged();
  }

  /** Asks for one again that was refused. */
  const retry = async (videoId: string) => {
    const entry = find(videoId);
    if (entry && !entry.deletion) await requestDeletion(entry.video);
  };

  async function look(entry: Progress<V>): Promise<void> {
    const deletion = await api.deletion(entry.video.id);
    if (find(entry.video.id)?.deletion?.deletionId !== deletion.deletionId) return;
    if (deletion.state === 'cancelled') return undone(entry);
    const known = find(entry.video.id);
    if (known) Object.assign(known, { deletion, secondsToUndo: secondsToUndo(deletion) });
  }

  return { deletions, requestDeletion, requestDeletions, undo, retry, follow, dismiss };
}

/** Not a status of HTTP: this one could be deleted, but was asked for together with one that could not. */
export const WITH_OTHERS = -1;
