import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { generateKeyPair, type JWTPayload, SignJWT } from 'jose';

const CLIENT = 'video-deletion-page';
const ALG = 'ES256';

/** What a code was granted for. */
type Grant = { nonce: string; challenge: string; redirectUri: string };
/** Wrong answers. `iss` is the issuer in the redirect (RFC 9207). `claims` replace those of the ID token. */
type Answering = { state?: string; error?: string; iss?: string; claims?: JWTPayload; withoutIdToken?: true };

export type OpenIdProvider = Awaited<ReturnType<typeof startOpenIdProvider>>;

/**
 * An OpenID Connect provider on loopback that already knows the user. It redirects at once, with a code that works once
 * and only with its verifier. `answering` makes it answer wrongly.
 * @param accessTokenFor creates a token of the one user, as the API accepts it
 */
export async function startOpenIdProvider(accessTokenFor: () => Promise<string>) {
  const provider = { url: '', clientId: CLIENT, pageUrl: '', answering: {} as Answering, exchanges: [] as number[] };
  const { privateKey } = await generateKeyPair(ALG);
  const codes = new Map<string, Grant>();
  const ended: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.writeHead(500).end(String(error)));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', provider.url);
    const call = `${request.method} ${pathname}`;
    if (call === 'GET /.well-known/openid-configuration') return sendJson(response, 200, discovered(provider.url));
    if (call === 'GET /authorize') return redirect(response, authorise(searchParams));
    if (call === 'POST /token') return await sendTokens(response, new URLSearchParams(await text(request)));
    if (call !== 'GET /end') return sendJson(response, 404, {});
    ended.push(searchParams);
    redirect(response, searchParams.get('post_logout_redirect_uri') ?? '');
  }

  function authorise(request: URLSearchParams): string {
    const [redirectUri, state, nonce, challenge] = ['redirect_uri', 'state', 'nonce', 'code_challenge'].map(
      (name) => request.get(name) ?? '',
    ) as [string, string, string, string];
    const isRight =
      request.get('response_type') === 'code' &&
      request.get('client_id') === CLIENT &&
      request.get('code_challenge_method') === 'S256' &&
      request.get('scope')?.split(' ').includes('openid') &&
      redirectUri === provider.pageUrl;
    if (!isRight || !state || !nonce || !challenge) throw new Error(`Not a valid authorization request: ${request}`);
    const code = randomUUID();
    codes.set(code, { nonce, challenge, redirectUri });
    const { error, iss, state: wrong } = provider.answering;
    const parameters = new URLSearchParams({
      ...(error ? { error } : { code }),
      ...(iss && { iss }),
      state: wrong ?? state,
    });
    return `${redirectUri}?${parameters}`;
  }

  async function sendTokens(response: ServerResponse, form: URLSearchParams): Promise<void> {
    const code = form.get('code') ?? '';
    const granted = codes.get(code);
    codes.delete(code);
    const isRight =
      granted?.challenge === challengeOf(form.get('code_verifier') ?? '') &&
      granted.redirectUri === form.get('redirect_uri') &&
      form.get('client_id') === CLIENT &&
      form.get('grant_type') === 'authorization_code';
    provider.exchanges.push(isRight ? 200 : 400);
    if (!isRight) return sendJson(response, 400, { error: 'invalid_grant' });
    const claims = { iss: provider.url, nonce: granted.nonce, ...provider.answering.claims };
    const idToken = await new SignJWT({ ...usualClaims(), ...claims })
      .setProtectedHeader({ alg: ALG })
      .sign(privateKey);
    const accessToken = await accessTokenFor();
    const { withoutIdToken } = provider.answering;
    const tokens = { access_token: accessToken, ...(!withoutIdToken && { id_token: idToken }) };
    sendJson(response, 200, { token_type: 'Bearer', ...tokens });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  provider.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(provider, {
    /** The parameters of each sign-out. */
    ended,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  });
}

const discovered = (url: string) => ({
  issuer: url,
  authorization_endpoint: `${url}/authorize`,
  token_endpoint: `${url}/token`,
  end_session_endpoint: `${url}/end`,
  id_token_signing_alg_values_supported: [ALG],
});

const challengeOf = (verifier: string) => createHash('sha256').update(verifier).digest('base64url');

function usualClaims(): JWTPayload {
  const now = Math.floor(Date.now() / 1000);
  return { aud: CLIENT, sub: 'somebody', iat: now, exp: now + 3600 };
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  const headers = {
    'content-type': 'application/json',
    'access-control-allow-origin': '*',
    'cache-control': 'no-store',
  };
  response.writeHead(status, headers).end(JSON.stringify(body));
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location }).end();
}
