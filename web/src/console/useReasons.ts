import { useI18n } from 'vue-i18n';
import { useDeletionTexts } from '../deletion/index.ts';

/** @returns a function that says in words why an operator's call was refused with this status */
export function useReasons() {
  const { t } = useI18n();
  const { reasonFor } = useDeletionTexts();
  const ofOperators = [400, 404, 409];
  return (status: number) => (ofOperators.includes(status) ? t(`console.problems.${status}`) : reasonFor(status));
}
