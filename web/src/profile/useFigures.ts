import { computed, ref } from 'vue';
import type { VideoApi } from '../client/createVideoApi.ts';
import type { User, Video } from '../client/types.ts';

/** What is to be added to the server's figures, or taken from them, for one video. */
type Correction = { video: Video; sign: 1 | -1; isKnown: boolean };

/**
 * The user and the figures of the profile, which follow at once: what the server counted last, corrected by what was removed or
 * brought back since.
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

  /** Reads the server's figures, which make the corrections needless that the server had heard of before. */
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
    /** The figures are no reason to disturb anybody: if they cannot be read now, the old ones stay. */
    refresh: () => read().catch(() => undefined),
    /** A video is removed (`-1`) or comes back (`1`). The one takes the other back. */
    correct(video: Video, sign: 1 | -1) {
      const before = corrections.value.get(video.id);
      if (before && before.sign !== sign) corrections.value.delete(video.id);
      else corrections.value.set(video.id, { video, sign, isKnown: sign === 1 });
    },
    /** The server has heard of it. */
    know(videoId: string) {
      const correction = corrections.value.get(videoId);
      if (correction) corrections.value.set(videoId, { ...correction, isKnown: true });
    },
  };
}
