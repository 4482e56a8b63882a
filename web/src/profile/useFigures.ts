import { computed, ref } from 'vue';
import type { VideoApi } from '../client/createVideoApi.ts';
import type { User, Video } from '../client/types.ts';

/**
 * A video to add to the server's figures (`1`) or to subtract from them (`-1`). `isKnown`: the server has heard of it.
 */
type Correction = { video: Video; sign: 1 | -1; isKnown: boolean };

/**
 * The user and the figures of the profile. The figures change at once: they are what the server counted last, corrected
 * by the videos that were deleted or came back since.
 */
export function useFigures(api: Pick<VideoApi, 'me'>) {
  const user = ref<User>();
  const corrections = ref(new Map<string, Correction>());

  const sumOf = (count: (video: Video) => number) =>
    [...corrections.value.values()].reduce((sum, { video, sign }) => sum + sign * count(video), 0);
  const figures = computed(() => {
    if (!user.value) return undefined;
    const { videos_uploaded, total_likes_received, total_views } = user.value.stats;
    return {
      videos: videos_uploaded + sumOf(() => 1),
      likes: total_likes_received + sumOf(({ likes }) => likes),
      views: total_views + sumOf(({ views }) => views),
    };
  });

  /** Reads the server's figures. They include the corrections that the server knew before, so those are dropped. */
  async function read(): Promise<void> {
    const known = [...corrections.value].filter(([, { isKnown }]) => isKnown);
    user.value = await api.me();
    for (const [id, correction] of known) {
      if (corrections.value.get(id) === correction) corrections.value.delete(id);
    }
  }

  return {
    user,
    figures,
    read,
    /** Reads the figures again. If that fails, the old figures stay, without a message: figures are not worth one. */
    refresh: () => read().catch(() => undefined),
    /** Corrects the figures for a video that is deleted (`-1`) or comes back (`1`). Opposite corrections cancel out. */
    correct(video: Video, sign: 1 | -1) {
      const before = corrections.value.get(video.id);
      if (before && before.sign !== sign) corrections.value.delete(video.id);
      else corrections.value.set(video.id, { video, sign, isKnown: sign === 1 });
    },
    /** Notes that the server knows of this video's deletion. */
    know(videoId: string) {
      const correction = corrections.value.get(videoId);
      if (correction) corrections.value.set(videoId, { ...correction, isKnown: true });
    },
  };
}
