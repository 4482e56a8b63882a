import { ref, shallowRef } from 'vue';
import type { Account } from './localSignIn.ts';
import type { ProviderAnswer } from './pendingSignIn.ts';
import { type Configuration, readConfiguration } from './readConfiguration.ts';
import { useEntry } from './useEntry.ts';
import { useLocalAccounts } from './useLocalAccounts.ts';
import { useProvider } from './useProvider.ts';

/**
 * Who is signed in. Users sign in at the configured provider, or with an account of the local system if there is none.
 */
export function useSession(answer?: ProviderAnswer) {
  const entry = useEntry();
  const local = useLocalAccounts(entry);
  const provider = useProvider(entry);
  const configuration = shallowRef<Configuration>({ undoSeconds: 0 });
  const isStarting = ref(true);
  const settings = () => {
    const { signIn, ...window } = configuration.value;
    return signIn && { signIn, ...window };
  };

  async function start() {
    configuration.value = await readConfiguration();
    const atProvider = settings();
    if (atProvider) await provider.start(atProvider, answer);
    else await local.start(configuration.value);
    isStarting.value = false;
  }

  /** Signs in at the provider, or with this account of the local system. */
  async function enter(account?: Account) {
    const atProvider = settings();
    if (atProvider) await provider.enter(atProvider);
    else if (account) await local.enter(account, configuration.value);
  }

  function leave() {
    const isAtProvider = configuration.value.signIn !== undefined;
    entry.leave();
    if (isAtProvider) provider.leave();
    else local.leave();
  }

  return {
    accounts: local.accounts,
    session: entry.session,
    configuration,
    /** True until the page knows whether somebody is signed in. */
    isStarting,
    /** True when the token has expired. The page keeps its state until the user has signed in again. */
    hasEnded: entry.hasEnded,
    problem: entry.problem,
    start,
    enter,
    leave,
  };
}
