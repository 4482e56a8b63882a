import { ref, shallowRef } from 'vue';
import { createVideoApi, type VideoApi } from '../client/createVideoApi.ts';
import type { Account } from './localSignIn.ts';
import type { SignInProblem } from './signInProblem.ts';
import { createTokenHolder } from './tokenHolder.ts';

export type Session = {
  account: Account;
  api: VideoApi;
  /** For how long a deletion can be undone here. */
  undoSeconds: number;
};

export type Entry = ReturnType<typeof useEntry>;

/** Who is in, and why not: what all ways of signing in have in common. The token is in memory, and nowhere else. */
export function useEntry() {
  const session = shallowRef<Session>();
  const problem = ref<SignInProblem>();
  const holder = createTokenHolder();
  return {
    session,
    problem,
    hasEnded: holder.hasEnded,
    /** The account that is in gets a new token, and everything stays as it is. */
    admit(account: Account, token: string, undoSeconds: number) {
      const isIn = session.value?.account.userId === account.userId;
      holder.renew(token);
      if (!isIn) session.value = { account, api: createVideoApi(holder), undoSeconds };
    },
    leave() {
      holder.forget();
      session.value = undefined;
      problem.value = undefined;
    },
  };
}
