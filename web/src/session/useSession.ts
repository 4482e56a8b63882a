import { ref, shallowRef } from 'vue';
import { statusOf } from '../client/ApiError.ts';
import { createVideoApi, type VideoApi } from '../client/createVideoApi.ts';
import { type Account, listAccounts, signIn } from './localSignIn.ts';
import { readConfiguration } from './readConfiguration.ts';

const KEY = 'account';

export type Session = {
  account: Account;
  api: VideoApi;
  /** For how long a deletion can be undone here. */
  undoSeconds: number;
};

/** Why nobody is signed in (any more): a status of HTTP, an account that there is not, or a sign-in that has ended. */
export type SignInProblem = { status: number } | { noSuchAccount: string } | { ended: true };

/** Who is signed in. `?as=<username>` or the account of this browser tab is taken up again; else the user chooses. */
export function useSession() {
  const accounts = ref<Account[]>([]);
  const session = shallowRef<Session>();
  const problem = ref<SignInProblem>();

  async function enter(account: Account) {
    problem.value = undefined;
    try {
      const token = await signIn(account.userId);
      const api = createVideoApi({ token: () => token, signedOut: () => leave({ ended: true }) });
      const { undoSeconds } = await readConfiguration();
      session.value = { account, api, undoSeconds };
      sessionStorage.setItem(KEY, account.userId);
    } catch (error) {
      problem.value = { status: statusOf(error) };
    }
  }

  function leave(why?: SignInProblem) {
    sessionStorage.removeItem(KEY);
    session.value = undefined;
    problem.value = why;
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

  return { accounts, session, problem, start, enter, leave };
}
