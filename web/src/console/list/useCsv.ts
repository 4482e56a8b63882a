import { onScopeDispose, ref } from 'vue';
import { statusOf } from '../../client/ApiError.ts';
import type { VideoApi } from '../../client/createVideoApi.ts';
import { csvOf } from './csv.ts';
import type { Filter } from './filter.ts';
import { readMatching } from './readDeletions.ts';

/** Saves every deletion that the filter matches as a file, whatever number is shown. */
export function useCsv(api: Pick<VideoApi, 'deletions'>) {
  /** How many have been read, while a file is being made. */
  const read = ref<number>();
  const failed = ref<number>();
  let isGone = false;
  onScopeDispose(() => {
    isGone = true;
  });

  async function save(filter: Filter): Promise<void> {
    read.value = 0;
    failed.value = undefined;
    const goOn = (count: number) => {
      read.value = count;
      return !isGone;
    };
    try {
      const { deletions } = await readMatching(api, filter, { atLeast: Number.POSITIVE_INFINITY, goOn });
      if (!isGone) download(csvOf(deletions));
    } catch (error) {
      failed.value = statusOf(error);
    } finally {
      read.value = undefined;
    }
  }
  return { read, failed, save };
}

function download(text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `deletions-${new Date().toISOString().slice(0, 10)}.csv`;
  link.click();
  // The browser has begun to save it by then.
  setTimeout(() => URL.revokeObjectURL(address), 0);
}
