import { createRouter, createWebHashHistory } from 'vue-router';
import ProfilePage from './profile/ProfilePage.vue';

/** In the fragment, so that any server of static files serves every page. The console is fetched when it is opened. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', name: 'profile', component: ProfilePage },
    { path: '/console', name: 'console', component: () => import('./console/ConsolePage.vue') },
    {
      path: '/console/:videoId',
      name: 'deletion',
      component: () => import('./console/DeletionPage.vue'),
      props: true,
    },
    { path: '/:pathMatch(.*)*', redirect: { name: 'profile' } },
  ],
});
