import type { ServerResponse } from 'node:http';
import type { Mount } from '../gateway/gateway.ts';
import { segmentsOf } from '../gateway/match-route.ts';
import { refuse, sendJson } from '../gateway/response.ts';
import type { Issuer } from './issuer.ts';

/** An account that the page can be opened as. */
export type Account = { userId: string; username: string; role: string };

export type SignInOptions = { issuer: Issuer; accounts: () => readonly Account[] | Promise<readonly Account[]> };

/** How long a token is valid, in seconds. */
const EXPIRES_IN = 3600;

/**
 * Stands in for the pages of an identity provider: `GET /local/accounts`, `POST /local/accounts/{userId}/token` and
 * `GET /local/jwks.json`. There is no password: everybody who reaches the port can act as any account. So the port must
 * stay on loopback.
 */
export function createSignIn({ issuer, accounts }: SignInOptions): Mount {
  const sendAccounts = async (response: ServerResponse) => sendJson(response, 200, { accounts: await accounts() });

  const sendToken = async (response: ServerResponse, userId: string) => {
    const isKnown = (await accounts()).some((account) => account.userId === userId);
    if (!isKnown) return refuse(response, 404, 'Not Found');
    const token = await issuer.tokenFor(userId, { expiresIn: EXPIRES_IN });
    sendJson(response, 200, { token, expiresIn: EXPIRES_IN }, { 'cache-control': 'no-store' });
  };

  return (request, response) => {
    const [first, ...rest] = segmentsOf(request.url ?? '/') ?? [];
    if (first !== 'local') return false;
    const failed = () => refuse(response, 500, 'Internal Server Error');
    const call = `${request.method} ${rest.join('/')}`;
    const userId = /^POST accounts\/([^/]+)\/token$/.exec(call)?.[1];
    if (call === 'GET jwks.json') sendJson(response, 200, issuer.jwks());
    else if (call === 'GET accounts') sendAccounts(response).catch(failed);
    else if (userId) sendToken(response, userId).catch(failed);
    else return false;
    return true;
  };
}
