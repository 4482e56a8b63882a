import { i18n } from '../i18n.ts';
import de from './locales/de.json';
import en from './locales/en.json';

// The console's texts come with its code, so that a page without it does not load them.
i18n.global.mergeLocaleMessage('en', en);
i18n.global.mergeLocaleMessage('de', de);
