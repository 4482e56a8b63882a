import { ApiError } from '../client/ApiError.ts';
import { createVideoApi } from '../client/createVideoApi.ts';
import {
  discover,
  exchangeCode,
  type Provider,
  ProviderRefused,
  signInAddress,
  signOutAddress,
  type Tokens,
} from './openIdProvider.ts';
import { keepPending, type ProviderAnswer } from './pendingSignIn.ts';
import { readAccount } from './readAccount.ts';
import type { SignInConfiguration } from './readConfiguration.ts';
import type { SignInProblem } from './signInProblem.ts';
import type { Entry } from './useEntry.ts';

const KEY = 'signedInAtProvider';

type Settings = { signIn: SignInConfiguration; undoSeconds: number };

/** Sign-in at an OpenID Connect provider, by redirect. Who was signed in in this tab is sent there again after a reload. */
export function useProvider({ problem, admit }: Entry) {
  let known: { provider: Provider; tokens: Tokens; clientId: string } | undefined;

  const explained = async (attempt: () => Promise<void>) => {
    problem.value = undefined;
    await attempt().catch((error) => {
      problem.value = problemOf(error);
    });
  };

  const enter = ({ signIn }: Settings) =>
    explained(async () => {
      const provider = await discover(signIn.issuer);
      location.assign(await signInAddress(provider, signIn, keepPending()));
    });

  const finish = (answer: Extract<ProviderAnswer, { code: string }>, { signIn, undoSeconds }: Settings) =>
    explained(async () => {
      const provider = await discover(signIn.issuer);
      const tokens = await exchangeCode(provider, signIn, answer);
      const account = await readAccount(createVideoApi({ token: () => tokens.accessToken }));
      known = { provider, tokens, clientId: signIn.clientId };
      admit(account, tokens.accessToken, undoSeconds);
      sessionStorage.setItem(KEY, 'yes');
    });

  async function start(settings: Settings, answer: ProviderAnswer | undefined) {
    const wasIn = sessionStorage.getItem(KEY) !== null;
    // Else a sign-in that fails would be begun again without end.
    sessionStorage.removeItem(KEY);
    if (!answer) return wasIn ? await enter(settings) : undefined;
    if ('failure' in answer) problem.value = answer;
    else await finish(answer, settings);
  }

  function leave() {
    sessionStorage.removeItem(KEY);
    const address = known && signOutAddress(known.provider, known.clientId, known.tokens);
    known = undefined;
    if (address) location.assign(address);
  }

  return { start, enter, leave };
}

function problemOf(error: unknown): SignInProblem {
  if (error instanceof ProviderRefused) return { failure: 'failed' };
  if (!(error instanceof ApiError)) return { failure: 'unreachable' };
  if (error.status === 403) return { failure: 'notAllowed' };
  // The API does not take the provider's token: to the user, that is the same as none.
  return error.status === 401 ? { failure: 'failed' } : { status: error.status };
}
