import { onScopeDispose, ref } from 'vue';
import { type Api, type Deletion, inWords, serverNow, type Video } from './api.ts';
import { texts } from './texts.ts';

/** How often progress is asked for, in milliseconds. */
const POLL_EVERY = 1000;
const OPEN = ['pending', 'running', 'settling'];

/** One deletion as the page shows it. */
export type Progress = { video: Video; deletion: Deletion; secondsToUndo: number; message: string };

/** What the profile has to know: a video goes at once, and comes back if the deletion is refused or undone. */
export type Effects = {
  remove(videoId: string): void;
  bringBack(videoId: string, why: string): void;
  changed(): void;
};

/** The deletions under way: request, undo, and progress until the end. */
export function useDeletion(api: Api, effects: Effects) {
  const list = ref<Progress[]>([]);
  const timers = new Set<ReturnType<typeof setTimeout>>();
  onScopeDispose(() => {
    timers.forEach(clearTimeout);
    // What is not in the list any more is not asked about again, even by a poll that is on its way now.
    list.value = [];
  });

  const find = (videoId: string) => list.value.find(({ video }) => video.id === videoId);
  const dismiss = (videoId: string) => {
    list.value = list.value.filter(({ video }) => video.id !== videoId);
  };

  async function request(video: Video) {
    effects.remove(video.id);
    try {
      const deletion = await api.requestDeletion(video.id);
      follow(video, deletion);
      effects.changed();
    } catch (error) {
      effects.bringBack(video.id, texts.notDeleted(inWords(error)));
    }
  }

  /** Takes up a deletion again that was there before the page was loaded. */
  async function resume(video: Video) {
    const deletion = await api.deletion(video.id).catch(() => undefined);
    if (deletion) follow(video, deletion);
  }

  function follow(video: Video, deletion: Deletion) {
    dismiss(video.id);
    list.value.push({ video, deletion, secondsToUndo: secondsLeft(deletion), message: '' });
    if (OPEN.includes(deletion.state)) poll(video.id);
  }

  function poll(videoId: string) {
    const timer = setTimeout(async () => {
      timers.delete(timer);
      // A poll that fails says nothing about the deletion: the next one will tell.
      const deletion = await api.deletion(videoId).catch(() => undefined);
      const entry = find(videoId);
      if (!entry) return;
      if (deletion) entry.deletion = deletion;
      entry.secondsToUndo = secondsLeft(entry.deletion);
      if (entry.deletion.state === 'cancelled') cameBack(entry.video);
      else if (OPEN.includes(entry.deletion.state)) poll(videoId);
    }, POLL_EVERY);
    timers.add(timer);
  }

  async function undo(videoId: string) {
    const entry = find(videoId);
    if (!entry) return;
    try {
      await api.undo(videoId);
      cameBack(entry.video);
    } catch (error) {
      entry.message = texts.undoFailed(inWords(error));
    }
  }

  function cameBack(video: Video) {
    dismiss(video.id);
    effects.bringBack(video.id, texts.undone(video.title));
    effects.changed();
  }

  return { list, request, resume, undo, dismiss };
}

function secondsLeft({ state, undoableUntil }: Deletion): number {
  return state === 'pending' ? Math.max(0, Math.ceil((Date.parse(undoableUntil) - serverNow()) / 1000)) : 0;
}
