import { challengeOf, type PendingSignIn } from './pendingSignIn.ts';
import type { SignInConfiguration } from './readConfiguration.ts';

/** What there is to know of a provider (OpenID Connect Discovery). */
export type Provider = {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  end_session_endpoint?: string;
};

export type Tokens = { accessToken: string; idToken: string };

/** How long the provider may take to answer, in milliseconds. */
const PATIENCE = 20_000;

/** The provider's answer was not one to be trusted, or a refusal. What could not be reached throws as `fetch` does. */
export class ProviderRefused extends Error {
  override name = 'ProviderRefused';
}

/** Where the provider sends the browser back to; it has to know this address. */
export const pageAddress = () => `${location.origin}/`;

/** @throws {ProviderRefused} for a document that is another issuer's */
export async function discover(issuer: string): Promise<Provider> {
  const provider = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (provider.issuer !== issuer) throw new ProviderRefused(`This is not the issuer ${issuer}`);
  return provider as Provider;
}

/** Where the user signs in: authorization code with PKCE (RFC 7636). */
export async function signInAddress(
  provider: Provider,
  { clientId, scope = 'openid' }: SignInConfiguration,
  { state, nonce, verifier }: PendingSignIn,
): Promise<string> {
  return addressWith(provider.authorization_endpoint, {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: pageAddress(),
    scope,
    state,
    nonce,
    code_challenge: await challengeOf(verifier),
    code_challenge_method: 'S256',
  });
}

/** Where the provider's own session ends; undefined where it says no such place. */
export function signOutAddress(provider: Provider, clientId: string, { idToken }: Tokens): string | undefined {
  if (!provider.end_session_endpoint) return undefined;
  return addressWith(provider.end_session_endpoint, {
    id_token_hint: idToken,
    client_id: clientId,
    post_logout_redirect_uri: pageAddress(),
    // Cognito's name for the same; others ignore what they do not know.
    logout_uri: pageAddress(),
  });
}

/** The tokens for a code. @throws {ProviderRefused} when there are none, or they are not for this sign-in */
export async function exchangeCode(
  provider: Provider,
  { clientId }: SignInConfiguration,
  { code, pending }: { code: string; pending: PendingSignIn },
): Promise<Tokens> {
  const { access_token: accessToken, id_token: idToken } = await fetchJson(provider.token_endpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: pageAddress(),
      client_id: clientId,
      code_verifier: pending.verifier,
    }),
  });
  if (typeof accessToken !== 'string' || typeof idToken !== 'string') throw new ProviderRefused('No tokens came');
  const { iss, aud, nonce } = claimsOf(idToken);
  const isOurs = iss === provider.issuer && [aud].flat().includes(clientId) && nonce === pending.nonce;
  if (!isOurs) throw new ProviderRefused('The ID token is not for this sign-in');
  return { accessToken, idToken };
}

/** Unverified: it came from the provider itself over TLS, which stands for its signature (OpenID Connect Core, 3.1.3.7). */
function claimsOf(idToken: string): Record<string, unknown> {
  try {
    const payload = (idToken.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(payload), (letter) => letter.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new ProviderRefused('The ID token is none');
  }
}

async function fetchJson(address: string, request: RequestInit = {}): Promise<Record<string, unknown>> {
  const answer = await fetch(address, { ...request, credentials: 'omit', signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) throw new ProviderRefused(`${address}: ${answer.status}`);
  return await answer.json();
}

function addressWith(endpoint: string, parameters: Record<string, string>): string {
  const address = new URL(endpoint);
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  return address.href;
}
