import {
  type AuthorizationServer,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  calculatePKCECodeChallenge,
  customFetch,
  discoveryRequest,
  None,
  OperationProcessingError,
  processAuthorizationCodeResponse,
  processDiscoveryResponse,
  type TokenEndpointResponse,
  validateAuthResponse,
} from 'oauth4webapi';
import type { PendingSignIn, ProviderAnswer } from './pendingSignIn.ts';
import type { SignInConfiguration } from './readConfiguration.ts';

/** What the provider's discovery document says (OpenID Connect Discovery). */
export type Provider = AuthorizationServer;

export type Tokens = TokenEndpointResponse;

/** How long the provider may take to answer, in milliseconds. */
const PATIENCE = 20_000;

/** The provider did not answer, or not in time. */
export class ProviderUnreachable extends Error {
  override name = 'ProviderUnreachable';
}

/** The answer in the address does not belong to the sign-in that this tab started. */
export class ForeignAnswer extends Error {
  override name = 'ForeignAnswer';
}

/** Where the provider sends the browser back to. The provider must know this address. */
export const pageAddress = () => `${location.origin}/`;

/** Reads the provider's discovery document. The library refuses a document of another issuer. */
export async function discover(issuer: string): Promise<Provider> {
  const address = new URL(issuer);
  return await processDiscoveryResponse(address, await discoveryRequest(address, requestOptions(issuer)));
}

/** The provider's page where the user signs in: authorization code flow with PKCE (RFC 7636). */
export async function signInAddress(
  provider: Provider,
  { clientId, scope = 'openid', audience }: SignInConfiguration,
  { state, nonce, verifier }: PendingSignIn,
): Promise<string> {
  if (!provider.authorization_endpoint) throw new Error(`${provider.issuer} names no authorization endpoint`);
  return addressWith(provider.authorization_endpoint, {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: pageAddress(),
    scope,
    ...(audience && { audience }),
    state,
    nonce,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
}

/** The provider's page that ends the provider's own session. Undefined if the provider has no such page. */
export function signOutAddress(provider: Provider, clientId: string, tokens: Tokens): string | undefined {
  if (!provider.end_session_endpoint) return undefined;
  return addressWith(provider.end_session_endpoint, {
    ...(tokens.id_token && { id_token_hint: tokens.id_token }),
    client_id: clientId,
    post_logout_redirect_uri: pageAddress(),
    // Cognito's name for the same address. Other providers ignore parameters that they do not know.
    logout_uri: pageAddress(),
  });
}

/**
 * Checks the provider's answer and exchanges its code for tokens. The library checks the token response and the ID
 * token: its issuer, audience, nonce, algorithm and times. It does not check the signature, because the token comes
 * from the provider itself over TLS (OpenID Connect Core, 3.1.3.7). The API checks the signature of the access token.
 *
 * @throws {ForeignAnswer} if the answer does not belong to this sign-in
 * @throws {AuthorizationResponseError} if the provider refused the sign-in
 */
export async function exchangeCode(
  provider: Provider,
  { clientId }: SignInConfiguration,
  { parameters, pending }: ProviderAnswer,
): Promise<Tokens> {
  if (!pending) throw new ForeignAnswer('This tab has not started a sign-in');
  const client = { client_id: clientId };
  const response = await authorizationCodeGrantRequest(
    provider,
    client,
    None(),
    checkAnswer(() => validateAuthResponse(provider, client, parameters, pending.state)),
    pageAddress(),
    pending.verifier,
    requestOptions(provider.issuer),
  );
  // With a nonce to expect, the library refuses a response without an ID token.
  return await processAuthorizationCodeResponse(provider, client, response, { expectedNonce: pending.nonce });
}

function checkAnswer(check: () => URLSearchParams): URLSearchParams {
  try {
    return check();
  } catch (error) {
    throw error instanceof OperationProcessingError ? new ForeignAnswer(error.message) : error;
  }
}

/** A provider for development may run on this machine without TLS. Every other provider needs TLS. */
function requestOptions(issuer: string) {
  const isOnThisMachine = ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(issuer).hostname);
  return { [customFetch]: reach, [allowInsecureRequests]: isOnThisMachine };
}

async function reach(address: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { ...request, credentials: 'omit', signal: AbortSignal.timeout(PATIENCE) });
  } catch (cause) {
    throw new ProviderUnreachable(`${address}: no answer`, { cause });
  }
}

function addressWith(endpoint: string, parameters: Record<string, string>): string {
  const address = new URL(endpoint);
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  return address.href;
}
