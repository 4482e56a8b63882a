import { ref, shallowRef } from 'vue';
import { statusOf } from '../client/ApiError.ts';
import { createVideoApi, type VideoApi } from '../client/createVideoApi.ts';
import { type Account, listAccounts, signIn } from './localSignIn.ts';
import { readConfiguration } from './readConfiguration.ts';
import { createTokenHolder } from './tokenHolder.ts';

const KEY = 'account';

export type Session = {
  account: Account;
  api: VideoApi;
  /** For how long a deletion can be undone here. */
  undoSeconds: number;
};

/** Why nobody is signed in: a status of HTTP, or an account that there is not. */
export type SignInProblem = { status: number } | { noSuchAccount: string };

/** Who is signed in. `?as=<username>` or the account of this browser tab is taken up again; else the user chooses. */
export function useSession() {
  const accounts = ref<Account[]>([]);
  const session = shallowRef<Session>();
  const problem = ref<SignInProblem>();
  const holder = createTokenHolder();

  /** Signs in; the account that is signed in gets a new token, and everything stays as it is. */
  async function enter(account: Account) {
    problem.value = undefined;
    try {
      const token = await signIn(account.userId);
      if (session.value?.account.userId === account.userId) return holder.renew(token);
      const { undoSeconds } = await readConfiguration();
      holder.renew(token);
      session.value = { account, api: createVideoApi(holder), undoSeconds };
      sessionStorage.setItem(KEY, account.userId);
    } catch (error) {
      problem.value = { status: statusOf(error) };
    }
  }

  function leave() {
    sessionStorage.removeItem(KEY);
    holder.forget();
    session.value = undefined;
    problem.value = undefined;
  }

  async function start() {
    try {
      accounts.value = await listAccounts();
    } catch (error) {
      problem.value = { status: statusOf(error) };
      return;
    }
    const wanted = new URLSearchParams(location.search).get('as');
    const userId = sessionStorage.getItem(KEY);
    const found = accounts.value.find((one) => (wanted ? one.username === wanted : one.userId === userId));
    if (found) await enter(found);
    else if (wanted) problem.value = { noSuchAccount: wanted };
  }

  return {
    accounts,
    session,
    /** True when the token holds no longer: the page stays as it is until the user has signed in again. */
    hasEnded: holder.hasEnded,
    problem,
    start,
    enter,
    leave,
  };
}
