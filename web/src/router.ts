import { createRouter, createWebHashHistory } from 'vue-router';
import ProfilePage from './profile/ProfilePage.vue';

declare module 'vue-router' {
  interface RouteMeta {
    /** The key of the page's title in the texts. */
    title?: string;
  }
}

/**
 * Routes are in the fragment, so that every static file server can serve them. The code of the bin and of the console
 * is loaded on demand.
 */
export function createPageRouter() {
  return createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', name: 'profile', component: ProfilePage, meta: { title: 'myVideos' } },
      { path: '/deleted', name: 'bin', component: () => import('./bin/BinPage.vue'), meta: { title: 'bin.title' } },
      {
        path: '/console',
        component: () => import('./console/ConsoleFrame.vue'),
        children: [
          {
            path: '',
            name: 'console',
            component: () => import('./console/ConsolePage.vue'),
            meta: { title: 'console.title' },
          },
          {
            path: 'figures',
            name: 'console-figures',
            component: () => import('./console/figures/FiguresPage.vue'),
            meta: { title: 'console.figures' },
          },
          {
            path: 'receipt',
            name: 'console-receipt',
            component: () => import('./console/receipt/ReceiptCheck.vue'),
            meta: { title: 'console.receiptPage' },
          },
          {
            path: ':videoId',
            name: 'deletion',
            component: () => import('./console/DeletionPage.vue'),
            props: true,
            meta: { title: 'console.deletionTitle' },
          },
        ],
      },
      { path: '/:pathMatch(.*)*', redirect: { name: 'profile' } },
    ],
  });
}
