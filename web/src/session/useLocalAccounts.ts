import { ref } from 'vue';
import { statusOf } from '../client/ApiError.ts';
import { type Account, listAccounts, signIn } from './localSignIn.ts';
import type { Configuration } from './readConfiguration.ts';
import type { SignInProblem } from './signInProblem.ts';
import type { Entry } from './useEntry.ts';

const KEY = 'account';

/**
 * Sign-in with an account of the local system. The page signs in with the account in `?as=<username>`, or with the
 * account that this tab used before. Without either, the user chooses.
 */
export function useLocalAccounts({ problem, admit }: Entry) {
  const accounts = ref<Account[]>([]);

  async function enter(account: Account, configuration: Configuration) {
    problem.value = undefined;
    try {
      admit(account, await signIn(account.userId), configuration);
      sessionStorage.setItem(KEY, account.userId);
    } catch (error) {
      problem.value = { status: statusOf(error) };
    }
  }

  async function start(configuration: Configuration) {
    try {
      accounts.value = await listAccounts();
    } catch (error) {
      problem.value = problemOf(statusOf(error));
      return;
    }
    const wanted = new URLSearchParams(location.search).get('as');
    const userId = sessionStorage.getItem(KEY);
    const found = accounts.value.find((one) => (wanted ? one.username === wanted : one.userId === userId));
    if (found) await enter(found, configuration);
    else if (wanted) problem.value = { noSuchAccount: wanted };
  }

  return {
    accounts,
    start,
    enter,
    leave: () => sessionStorage.removeItem(KEY),
  };
}

/** Only the local system has these accounts. Without them, this is a deployment for which no sign-in was set up. */
function problemOf(status: number): SignInProblem {
  return status === 403 || status === 404 ? { failure: 'notSetUp' } : { status };
}
