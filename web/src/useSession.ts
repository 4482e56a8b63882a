import { ref, shallowRef } from 'vue';
import { type Account, type Api, createApi, inWords, listAccounts, signIn } from './api.ts';
import { texts } from './texts.ts';

const KEY = 'account';

/** Who is signed in. `?as=<username>` or the account of this browser tab is taken up again; else the user chooses. */
export function useSession() {
  const accounts = ref<Account[]>([]);
  const account = ref<Account>();
  const api = shallowRef<Api>();
  const message = ref('');

  async function enter(chosen: Account) {
    message.value = '';
    try {
      api.value = createApi(await signIn(chosen.userId), () => leave(texts.signedOut));
      account.value = chosen;
      sessionStorage.setItem(KEY, chosen.userId);
    } catch (error) {
      message.value = inWords(error);
    }
  }

  function leave(reason = '') {
    sessionStorage.removeItem(KEY);
    account.value = undefined;
    api.value = undefined;
    message.value = reason;
  }

  async function start() {
    try {
      accounts.value = await listAccounts();
    } catch (error) {
      message.value = inWords(error);
      return;
    }
    const wanted = new URLSearchParams(location.search).get('as');
    const userId = sessionStorage.getItem(KEY);
    const found = accounts.value.find((one) => (wanted ? one.username === wanted : one.userId === userId));
    if (found) await enter(found);
    else if (wanted) message.value = texts.noSuchAccount(wanted);
  }

  return { accounts, account, api, message, start, enter, leave };
}
