import { AuthorizationResponseError } from 'oauth4webapi';
import { ApiError } from '../client/ApiError.ts';
import { createVideoApi } from '../client/createVideoApi.ts';
import {
  discover,
  exchangeCode,
  ForeignAnswer,
  type Provider,
  ProviderUnreachable,
  signInAddress,
  signOutAddress,
  type Tokens,
} from './openIdProvider.ts';
import { keepPending, type ProviderAnswer } from './pendingSignIn.ts';
import { readAccount } from './readAccount.ts';
import type { SignInConfiguration, UndoWindow } from './readConfiguration.ts';
import type { SignInProblem } from './signInProblem.ts';
import type { Entry } from './useEntry.ts';

const KEY = 'signedInAtProvider';

type Settings = UndoWindow & { signIn: SignInConfiguration };

/**
 * Sign-in at an OpenID Connect provider, by redirect. After a reload, a tab that was signed in signs in again by
 * itself.
 */
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

  const finish = (answer: ProviderAnswer, { signIn, ...window }: Settings) =>
    explained(async () => {
      const provider = await discover(signIn.issuer);
      const tokens = await exchangeCode(provider, signIn, answer);
      const account = await readAccount(createVideoApi({ token: () => tokens.access_token }));
      known = { provider, tokens, clientId: signIn.clientId };
      admit(account, tokens.access_token, window);
      sessionStorage.setItem(KEY, 'yes');
    });

  async function start(settings: Settings, answer: ProviderAnswer | undefined) {
    const wasIn = sessionStorage.getItem(KEY) !== null;
    // Delete the mark first: otherwise a sign-in that fails would start again without end.
    sessionStorage.removeItem(KEY);
    if (answer) await finish(answer, settings);
    else if (wasIn) await enter(settings);
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
  if (error instanceof ApiError) return problemOfApi(error);
  if (error instanceof ForeignAnswer) return { failure: 'wrongState' };
  if (error instanceof ProviderUnreachable) return { failure: 'unreachable' };
  const isDenied = error instanceof AuthorizationResponseError && error.error === 'access_denied';
  return { failure: isDenied ? 'denied' : 'failed' };
}

function problemOfApi({ status }: ApiError): SignInProblem {
  if (status === 403) return { failure: 'notAllowed' };
  // The API refuses the provider's token. For the user that is the same as no token.
  return status === 401 ? { failure: 'failed' } : { status };
}
