import { createApp } from 'vue';
import App from './App.vue';
import { i18n, preferredLocale, useLocale } from './i18n.ts';
import { createPageRouter } from './router.ts';
import { takeAnswer } from './session/pendingSignIn.ts';
import './styles/index.css';

// Must run before the router reads the address: see `takeAnswer`.
const answer = takeAnswer();
await useLocale(preferredLocale());
createApp(App, { answer }).use(i18n).use(createPageRouter()).mount('#app');
