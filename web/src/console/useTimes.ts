import { computed, onScopeDispose, type Ref, ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { useDeletionTexts } from '../deletion/index.ts';

/** The present time in milliseconds since 1970, renewed in this interval. */
export function useNow(everyMilliseconds: number): Ref<number> {
  const now = ref(Date.now());
  const timer = setInterval(() => {
    now.value = Date.now();
  }, everyMilliseconds);
  onScopeDispose(() => clearInterval(timer));
  return now;
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** Times and durations in the words of the page's language. */
export function useTimes() {
  const { locale: language } = useI18n({ useScope: 'global' });
  /** English is not one: a British reader writes times and days in another way than an American. */
  const locale = computed(
    () => navigator.languages.find((tag) => tag.startsWith(language.value) && isTag(tag)) ?? language.value,
  );
  const { inWords } = useDeletionTexts();
  const formatted = (at: string | number | Date, style: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale.value, style).format(new Date(at));
  /** The zone of every time on this page, such as `GMT+1`. */
  const zone = computed(() => {
    const parts = new Intl.DateTimeFormat(locale.value, { timeZoneName: 'short' }).formatToParts(new Date());
    return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  });
  return {
    zone,
    /** The day and the time to the second, without the year where it is this one. */
    time: (at: string | number) =>
      formatted(at, {
        ...(new Date(at).getFullYear() !== new Date().getFullYear() && { year: 'numeric' }),
        ...{ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' },
      }),
    /** The same with year and zone. */
    full: (at: string | number) => formatted(at, { dateStyle: 'medium', timeStyle: 'long' }),
    clock: (at: string | number) => formatted(at, { timeStyle: 'short' }),
    formatted,
    /** `2 hours ago`, `in 5 minutes`. */
    relative(at: string | number, now: number) {
      const seconds = (new Date(at).getTime() - now) / 1_000;
      const [unit, size] = UNITS.find(([, from]) => Math.abs(seconds) >= from) ?? UNITS[3];
      return new Intl.RelativeTimeFormat(locale.value, { numeric: 'auto' }).format(Math.trunc(seconds / size), unit);
    },
    /** How long something took. Below ten seconds with a decimal. */
    took(milliseconds: number) {
      if (milliseconds >= 10_000) return inWords(milliseconds / 1_000);
      const style = { style: 'unit', unit: 'second', maximumFractionDigits: 1 } as const;
      return new Intl.NumberFormat(locale.value, style).format(Math.max(0, milliseconds) / 1_000);
    },
  };
}

/** Some browsers name a language in a way that no formatter takes, such as `en-US@posix`. */
function isTag(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}
