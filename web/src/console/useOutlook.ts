import { useI18n } from 'vue-i18n';
import type { Deletion } from '../client/types.ts';
import { useDeletionTexts } from '../deletion/index.ts';
import { articleOf, errorGroupOf } from './errorGroups.ts';
import { useTimes } from './useTimes.ts';

/** What is wrong with a deletion, or what happens next. With an error: its code, step and article. */
export type Outlook = { words: string; error?: { code: string; step: string; article: string }; next?: string };

const ENDED = ['deleted', 'cancelled', 'failed', 'held', 'none'];

export function useOutlook() {
  const { t } = useI18n();
  const { t: deletionText, inWords } = useDeletionTexts();
  const { time, clock, relative } = useTimes();

  function withoutError({ state, hold, undoableUntil, dueAt, deletedAt }: Deletion): string {
    if (state === 'held')
      return hold
        ? t('console.onHold', { code: t(`console.codes.${hold.code}`), case: hold.caseNumber })
        : t('console.lockedByStore');
    if (state === 'pending' && undoableUntil) return t('console.undoUntil', { time: time(undoableUntil) });
    if (state === 'settling' && dueAt) return t('console.secondCheck', { time: clock(dueAt) });
    if (state !== 'deleted' || !deletedAt || !undoableUntil) return '';
    const seconds = (Date.parse(deletedAt) - Date.parse(undoableUntil)) / 1_000;
    return t('console.took', { duration: inWords(Math.max(0, seconds)) });
  }

  return (deletion: Deletion, now: number): Outlook => {
    const { state, steps, dueAt, attempts } = deletion;
    const wrong = steps.find((step) => step.state === 'failed' && step.error);
    if (!wrong?.error || state === 'held') return { words: withoutError(deletion) };
    const { error: code, name } = wrong;
    const isTriedAgain = !ENDED.includes(state) && dueAt !== undefined && attempts > 0;
    return {
      words: t(`console.errors.${errorGroupOf(code)}`),
      error: { code, step: deletionText(`steps.${name}`), article: articleOf(code) },
      ...(isTriedAgain && { next: t('console.nextTry', { when: relative(dueAt, now) }) }),
    };
  };
}
