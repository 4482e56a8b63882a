import { generateRandomCodeVerifier, generateRandomNonce, generateRandomState } from 'oauth4webapi';

const KEY = 'pendingSignIn';

/**
 * What the page must still know when the provider sends the browser back. `place` is where the user was, with its `#`.
 */
export type PendingSignIn = { state: string; nonce: string; verifier: string; place: string };

/** The query with which the provider sent the browser back, unchecked, and the sign-in that this tab had started. */
export type ProviderAnswer = { parameters: URLSearchParams; pending: PendingSignIn | undefined };

/** Starts a sign-in and keeps it for this tab until the next answer. It is good for one answer only. */
export function keepPending(): PendingSignIn {
  const pending = {
    state: generateRandomState(),
    nonce: generateRandomNonce(),
    verifier: generateRandomCodeVerifier(),
    place: location.hash,
  };
  sessionStorage.setItem(KEY, JSON.stringify(pending));
  return pending;
}

/**
 * Takes the provider's answer out of the address and puts the user's place back. Call it before the router reads the
 * address: the router would keep the answer there, and a code must not stay in an address.
 */
export function takeAnswer(): ProviderAnswer | undefined {
  const parameters = new URLSearchParams(location.search);
  if (!parameters.has('code') && !parameters.has('error')) return undefined;
  const pending = takePending();
  history.replaceState(history.state, '', location.pathname + (pending?.place ?? ''));
  return { parameters, pending };
}

function takePending(): PendingSignIn | undefined {
  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return kept ? JSON.parse(kept) : undefined;
}
