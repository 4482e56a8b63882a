import { ref, shallowRef } from 'vue';
import { createVideoApi, type VideoApi } from '../client/createVideoApi.ts';
import type { Account } from './localSignIn.ts';
import type { UndoWindow } from './readConfiguration.ts';
import type { SignInProblem } from './signInProblem.ts';
import { createTokenHolder } from './tokenHolder.ts';

export type Session = {
  account: Account;
  api: VideoApi;
  window: UndoWindow;
};

export type Entry = ReturnType<typeof useEntry>;

/** Who is signed in, or why nobody is. Every kind of sign-in uses it. The token is kept in memory only. */
export function useEntry() {
  const session = shallowRef<Session>();
  const problem = ref<SignInProblem>();
  const holder = createTokenHolder();
  return {
    session,
    problem,
    hasEnded: holder.hasEnded,
    /** If this account is signed in already, it gets the new token and the page keeps its state. */
    admit(account: Account, token: string, { undoSeconds, playableWhileWaiting = false }: UndoWindow) {
      const isIn = session.value?.account.userId === account.userId;
      holder.renew(token);
      const window = { undoSeconds, playableWhileWaiting };
      if (!isIn) session.value = { account, api: createVideoApi(holder), window };
    },
    leave() {
      holder.forget();
      session.value = undefined;
      problem.value = undefined;
    },
  };
}
