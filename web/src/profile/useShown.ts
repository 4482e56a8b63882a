import { computed, type Ref, ref } from 'vue';
import type { Video } from '../client/types.ts';

export const SORTS = ['newest', 'oldest', 'viewed', 'longest', 'title'] as const;
/** How many videos the platform is asked for at a time. */
export const SIZES = [20, 50, 100] as const;
export const SHOWN = ['all', 'ready', 'processing', 'failed'] as const;

type Sort = (typeof SORTS)[number];
type Shown = (typeof SHOWN)[number];

const IS_SHOWN: Record<Shown, (video: Video) => boolean> = {
  all: () => true,
  ready: ({ status }) => status === 'ready',
  processing: ({ status }) => status === 'processing' || status === 'uploading',
  failed: ({ status }) => status === 'failed' || status === 'rejected',
};
const time = ({ created_at }: Video) => Date.parse(created_at);
const ORDERS: Record<Sort, (one: Video, other: Video) => number> = {
  newest: (one, other) => time(other) - time(one),
  oldest: (one, other) => time(one) - time(other),
  viewed: (one, other) => other.views - one.views,
  longest: (one, other) => (other.duration_seconds ?? 0) - (one.duration_seconds ?? 0),
  title: (one, other) => one.title.localeCompare(other.title),
};

/** What the user looks for, in the words of the API. */
export function useWanted() {
  const search = ref('');
  const show = ref<Shown>('all');
  const sort = ref<Sort>('newest');
  const size = ref<(typeof SIZES)[number]>(20);
  return {
    ...{ search, show, sort, size },
    query: () => ({
      q: search.value.trim() || undefined,
      status: show.value === 'all' ? undefined : show.value,
      sort: sort.value === 'newest' ? undefined : sort.value,
      limit: size.value,
    }),
  };
}

/**
 * Search, filter and order of the videos that the page has loaded. @param isOrdered true where the platform has put
 * them into the order that the user wants
 */
export function useShown(
  videos: Ref<readonly Video[]>,
  { search, show, sort }: Pick<ReturnType<typeof useWanted>, 'search' | 'show' | 'sort'>,
  isOrdered: () => boolean,
) {
  const wanted = computed(() => search.value.trim().toLocaleLowerCase());
  return {
    /** True if some of the loaded videos may be left out. */
    isNarrowed: computed(() => wanted.value !== '' || show.value !== 'all'),
    shown: computed(() => {
      const found = videos.value.filter(
        (video) => IS_SHOWN[show.value](video) && video.title.toLocaleLowerCase().includes(wanted.value),
      );
      // The list comes newest first, and equal times keep their order.
      return sort.value === 'newest' || isOrdered() ? found : found.toSorted(ORDERS[sort.value]);
    }),
  };
}
