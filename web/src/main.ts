import { createApp } from 'vue';
import App from './App.vue';
import { i18n, preferredLocale, useLocale } from './i18n.ts';
import { router } from './router.ts';
import './styles/index.css';

await useLocale(preferredLocale());
createApp(App).use(i18n).use(router).mount('#app');
