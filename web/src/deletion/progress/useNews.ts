import { ref, watch } from 'vue';
import { useDeletionTexts } from '../useDeletionTexts.ts';
import type { DeletableVideo, Progress } from './progress.ts';

/** With more sentences than this at once, a screen reader reads out only their number. */
const MOST = 3;

/** What has just changed, for screen readers. It leaves out the countdown and the single steps. */
export function useNews(entries: () => readonly Progress<DeletableVideo>[]) {
  const { t, problemIn } = useDeletionTexts();
  const news = ref('');
  const said = new Map<string, string>();

  const sentenceFor = (entry: Progress<DeletableVideo>) => {
    const sentence = t(`news.${entry.deletion?.state ?? 'refused'}`, { title: entry.video.title });
    return [sentence, problemIn(entry)].filter(Boolean).join(' ');
  };
  watch(
    entries,
    (now) => {
      const fresh = now.filter((entry) => said.get(entry.video.id) !== sentenceFor(entry)).map(sentenceFor);
      said.clear();
      for (const entry of now) said.set(entry.video.id, sentenceFor(entry));
      if (fresh.length > 0) news.value = fresh.length > MOST ? t('manyNews', fresh.length) : fresh.join(' ');
    },
    { immediate: true },
  );
  return news;
}
