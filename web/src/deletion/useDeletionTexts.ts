import { useI18n } from 'vue-i18n';
import de from './locales/de.json';
import en from './locales/en.json';
import { WITH_OTHERS } from './useVideoDeletion.ts';

/**
 * The texts of these components, in the language of the application's vue-i18n; English where there is none. An application that
 * speaks another language adds its texts under the same names with `mergeLocaleMessage`.
 */
export function useDeletionTexts() {
  const { t } = useI18n({ useScope: 'local', inheritLocale: true, fallbackLocale: 'en', messages: { en, de } });
  return {
    t,
    /** Why a call was refused, in words for people. @param status HTTP's, 0 for no answer, `WITH_OTHERS` */
    reasonFor: (status: number) => t(`problems.${PROBLEMS.get(status) ?? 'other'}`),
  };
}

const KNOWN = [401, 403, 404, 409, 429, 503];
const PROBLEMS = new Map<number, string>([
  ...KNOWN.map((status): [number, string] => [status, `${status}`]),
  [0, 'offline'],
  [WITH_OTHERS, 'withOthers'],
]);
