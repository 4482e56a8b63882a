import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import { statusOf } from '../client/ApiError.ts';
import type { VideoApi } from '../client/createVideoApi.ts';
import type { Deletion, DeletionQuery, Video } from '../client/types.ts';
import { inBatches } from '../deletion/index.ts';
import type { Account } from '../session/localSignIn.ts';

/** A deletion as the bin shows it. The video is there as long as the platform has its row. */
export type Binned = { deletion: Deletion; video: Video | undefined };

type Part = { deletions: Deletion[]; cursor: string | undefined };
export type PartName = 'waiting' | 'atWork' | 'stopped' | 'deleted';

/** Which deletions each part asks for. Together they are all but those that were undone. */
const QUERIES: Record<PartName, DeletionQuery> = {
  waiting: { waiting: true, limit: 100 },
  atWork: { open: true, limit: 100 },
  stopped: { state: 'failed,held', limit: 100 },
  deleted: { state: 'deleted', limit: 20 },
};
const PARTS = Object.keys(QUERIES) as PartName[];
/** How often the bin is read again while something is at work, and otherwise, in milliseconds. */
const EVERY = { atWork: 4_000, atRest: 30_000 };
/** The most pages of rows that are read for titles: a platform has twenty videos on each. */
const MOST_PAGES = 15;

/**
 * What the service says about the deleted videos of this user: after a reload, in another tab, on another device.
 * Titles and pictures come from the platform's rows, as long as it has them.
 */
export function useBin(
  api: Pick<VideoApi, 'deletions' | 'myVideos' | 'now'>,
  { role, userId: ownerId }: Pick<Account, 'role' | 'userId'>,
  changed: () => void,
) {
  // An admin would be shown the deletions of everybody.
  const own = role === 'admin' ? { ownerId } : {};
  const parts = shallowRef<Record<PartName, Part>>();
  const rows = shallowRef<ReadonlyMap<string, Video>>(new Map());
  const failed = ref<number>();
  const isLoading = ref(true);
  /** Counts reads: the answer to an earlier one is dropped. */
  let reads = 0;
  /** Videos whose rows were looked for in vain: the platform has none, and is not asked for them every few seconds. */
  const rowless = new Set<string>();

  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  function plan(): void {
    clearTimeout(timer);
    const isAtWork = ofPart('atWork').length > 0 || ofPart('waiting').some(endsSoon);
    if (!isOver) timer = setTimeout(goOn, isAtWork ? EVERY.atWork : EVERY.atRest);
  }

  async function load(): Promise<void> {
    reads += 1;
    const mine = reads;
    try {
      const read = await Promise.all(PARTS.map(readPart));
      if (mine !== reads) return;
      parts.value = Object.fromEntries(PARTS.map((name, n) => [name, read[n]])) as Record<PartName, Part>;
      failed.value = undefined;
      changed();
      await readRows(mine);
    } catch (error) {
      if (mine === reads) failed.value = statusOf(error);
    } finally {
      if (mine === reads) isLoading.value = false;
      plan();
    }
  }

  /** As many of a part as are shown already, and at least a page. */
  async function readPart(name: PartName): Promise<Part> {
    const part: Part = { deletions: [], cursor: undefined };
    do {
      const from = part.cursor === undefined ? {} : { cursor: part.cursor };
      const { deletions, cursor } = await api.deletions({ ...QUERIES[name], ...own, ...from });
      part.deletions.push(...deletions);
      part.cursor = cursor;
    } while (part.cursor !== undefined && part.deletions.length < ofPart(name).length);
    return part;
  }

  /** Reads rows until every deletion that may still have one has its title, and no page is left. */
  async function readRows(mine: number): Promise<void> {
    const wanted = new Set(
      PARTS.filter((name) => name !== 'deleted').flatMap((name) => ofPart(name).map(({ videoId }) => videoId)),
    );
    const found = new Map(rows.value);
    const isKnown = () => [...wanted].every((id) => found.has(id) || rowless.has(id));
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES && !isKnown(); page += 1) {
      const { videos, cursor: next } = await api.myVideos({ cursor, only: 'deleting' });
      for (const video of videos) if (video.deletion) found.set(video.id, video);
      cursor = next;
      if (!cursor) break;
    }
    if (mine !== reads) return;
    rows.value = found;
    for (const id of wanted) if (!found.has(id)) rowless.add(id);
  }

  const ofPart = (name: PartName) => parts.value?.[name].deletions ?? [];
  const binned = (name: PartName) =>
    computed(() => ofPart(name).map((deletion): Binned => ({ deletion, video: rows.value.get(deletion.videoId) })));

  async function more(name: PartName): Promise<void> {
    const { cursor } = parts.value?.[name] ?? {};
    if (!cursor) return;
    try {
      const { deletions, cursor: next } = await api.deletions({ ...QUERIES[name], ...own, cursor });
      const now = parts.value;
      if (!now || now[name].cursor !== cursor) return;
      parts.value = { ...now, [name]: { deletions: [...now[name].deletions, ...deletions], cursor: next } };
      await readRows(reads);
    } catch (error) {
      failed.value = statusOf(error);
    }
  }

  const goOn = () => {
    if (document.hidden) plan();
    else load();
  };
  window.addEventListener('online', goOn);
  document.addEventListener('visibilitychange', goOn);
  onScopeDispose(() => {
    reads += 1;
    isOver = true;
    clearTimeout(timer);
    window.removeEventListener('online', goOn);
    document.removeEventListener('visibilitychange', goOn);
  });
  goOn();

  return {
    waiting: binned('waiting'),
    atWork: binned('atWork'),
    stopped: binned('stopped'),
    deleted: binned('deleted'),
    hasMore: (name: PartName) => parts.value?.[name].cursor !== undefined,
    more,
    failed,
    isLoading,
    load,
    /** Begins these deletions now. @returns how many the service has refused */
    async deleteNow(videoIds: readonly string[]): Promise<number> {
      const outcomes = await inBatches(videoIds, (id) =>
        api.now(id).then(
          () => true,
          () => false,
        ),
      );
      await load();
      return outcomes.filter((isDone) => !isDone).length;
    },
  };
}

const endsSoon = ({ undoableUntil = '' }: Deletion) => Date.parse(undoableUntil) - Date.now() < 120_000;
