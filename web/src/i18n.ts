import { createI18n } from 'vue-i18n';
import en from './locales/en.json';

export const LOCALES = ['en', 'de'] as const;
export type Locale = (typeof LOCALES)[number];

export const i18n = createI18n({ legacy: false, locale: 'en', fallbackLocale: 'en', messages: { en } as Messages });

type Messages = { en: typeof en } & Partial<Record<Locale, typeof en>>;

const KEY = 'locale';
const loaded = new Set<Locale>(['en']);

/** The language that the user chose here before, or else the browser's language. English if the page has neither. */
export function preferredLocale(): Locale {
  const wanted = [localStorage.getItem(KEY), ...navigator.languages].map((tag) => tag?.slice(0, 2));
  return LOCALES.find((locale) => locale === wanted.find((tag) => LOCALES.some((one) => one === tag))) ?? 'en';
}

/**
 * Changes the language of the page. German texts are loaded at first use. If that fails, the language stays as it is.
 */
export async function useLocale(locale: Locale): Promise<void> {
  if (locale === 'de' && !loaded.has('de')) {
    const texts = await import('./locales/de.json').catch(() => undefined);
    if (!texts) return;
    i18n.global.mergeLocaleMessage('de', texts.default);
    loaded.add('de');
  }
  i18n.global.locale.value = locale;
  document.documentElement.lang = locale;
  localStorage.setItem(KEY, locale);
}
