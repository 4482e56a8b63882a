import { type Ref, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { TIMED_OUT } from '../client/send.ts';
import { duration } from './duration.ts';
import de from './locales/de.json';
import en from './locales/en.json';
import { WITH_OTHERS } from './progress/progress.ts';

/** An application can put its own wording, or another language, under this name in its vue-i18n messages. */
const OWN = 'videoDeletion';

/** The texts of these components, in the language of the application's vue-i18n. Missing texts are in English. */
export function useDeletionTexts() {
  const application = useI18n({ useScope: 'global' });
  // With the locale we would inherit the application's fallback as well, which may be another language or none.
  const ours = useI18n<{ message: typeof en }, 'en' | 'de'>({
    ...{ useScope: 'local', inheritLocale: false, fallbackLocale: 'en', missingWarn: false, fallbackWarn: false },
    locale: application.locale.value as 'en',
    messages: { en, de },
  });
  const follow = (locale: string) => {
    (ours.locale as Ref<string>).value = locale;
  };
  watch(application.locale, follow, { flush: 'sync' });
  const t = (key: string, values: Record<string, unknown> | number = {}, count?: number): string => {
    const { translate, name } = application.te(`${OWN}.${key}`)
      ? { translate: application.t, name: `${OWN}.${key}` }
      : { translate: ours.t, name: key };
    if (typeof values === 'number') return translate(name, values);
    return count === undefined ? translate(name, values) : translate(name, values, count);
  };
  /** Says in words why a call was refused. @param status HTTP status, 0 for no answer, or `WITH_OTHERS` */
  const reasonFor = (status: number) => t(`problems.${PROBLEMS.get(status) ?? 'other'}`);
  const inWords = (seconds: number) => duration(application.locale.value, seconds);
  const format = (iso: string, style: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(application.locale.value, style).format(new Date(iso));
  return {
    t,
    reasonFor,
    inWords,
    n: (value: number) => value.toLocaleString(application.locale.value),
    /** A moment: the day and the time. */
    until: (iso: string) => format(iso, { dateStyle: 'long', timeStyle: 'short' }),
    day: (iso: string) => format(iso, { dateStyle: 'medium' }),
  };
}

const KNOWN = [401, 403, 404, TIMED_OUT, 409, 429, 503];
const PROBLEMS = new Map<number, string>([
  ...KNOWN.map((status): [number, string] => [status, `${status}`]),
  [0, 'offline'],
  [WITH_OTHERS, 'withOthers'],
]);
