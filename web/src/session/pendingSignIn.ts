import type { SignInFailure } from './signInProblem.ts';

const KEY = 'pendingSignIn';

/** What has to be known again when the provider sends the browser back. `place` is where the user was, with its `#`. */
export type PendingSignIn = { state: string; nonce: string; verifier: string; place: string };

/** What the provider sent the browser back with: a code for the sign-in that was begun here, or why there is none. */
export type ProviderAnswer = { code: string; pending: PendingSignIn } | { failure: SignInFailure };

/** Makes a new sign-in and keeps it for this tab: until the answer is here, and for one answer only. */
export function keepPending(): PendingSignIn {
  const pending = { state: random(), nonce: random(), verifier: random(), place: location.hash };
  sessionStorage.setItem(KEY, JSON.stringify(pending));
  return pending;
}

/**
 * Takes the provider's answer out of the address and puts the user's place back. Call it before the router reads the address,
 * which would keep the answer there, where a code must not stay.
 */
export function takeAnswer(): ProviderAnswer | undefined {
  const query = new URLSearchParams(location.search);
  const [code, state, error] = ['code', 'state', 'error'].map((name) => query.get(name));
  if (!error && !(code && state)) return undefined;
  const pending = takePending();
  const isOurs = pending !== undefined && pending.state === state;
  history.replaceState(history.state, '', location.pathname + (isOurs ? pending.place : ''));
  if (error) return { failure: error === 'access_denied' ? 'denied' : 'failed' };
  return isOurs && code ? { code, pending } : { failure: 'wrongState' };
}

function takePending(): PendingSignIn | undefined {
  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return kept ? JSON.parse(kept) : undefined;
}

/** 256 bits, in letters that an address may hold: 43 of them, the fewest that a code verifier may have (RFC 7636). */
function random(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
}

/** What the provider is shown at first of the verifier that it is sent later: its SHA-256. */
export async function challengeOf(verifier: string): Promise<string> {
  return toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
