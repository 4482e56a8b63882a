import type { APIGatewayProxyResultV2, Context } from 'aws-lambda';
import type { HttpApiEvent } from '../../local/gateway/event.ts';
import { type GatewayOptions, type GatewayRoute, startGateway } from '../../local/gateway/gateway.ts';
import { createIssuer, type Issuer } from '../../local/sign-in/issuer.ts';
import { createSignIn } from '../../local/sign-in/sign-in.ts';
import { sendRaw } from './http.ts';

export const WHO = { issuer: 'http://issuer.test', audience: 'videos' };
export const USER = '0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c11';
export const VIDEO = '/api/v1/videos/0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c12';

export type TestGateway = {
  url: string;
  issuer: Issuer;
  /** What the functions were called with, in order. */
  seen: { event: HttpApiEvent; context: Context }[];
  /** What every function answers from now on. */
  answerWith(reply: () => Promise<APIGatewayProxyResultV2>): void;
  /** Sends a request with a good token and the path exactly as given. */
  call(method: string, path: string, headers?: Record<string, string>): ReturnType<typeof sendRaw>;
  stop(): Promise<void>;
};

/** A gateway with functions that only record their events. Its keys are on their own server, like a provider's. */
export async function startTestGateway(options: Partial<GatewayOptions> = {}): Promise<TestGateway> {
  const seen: TestGateway['seen'] = [];
  let reply = async (): Promise<APIGatewayProxyResultV2> => ({ statusCode: 200, body: 'ok' });
  const route = (method: string, path: string, authorizer: GatewayRoute['authorizer'] = 'jwt'): GatewayRoute => ({
    method,
    path,
    authorizer,
    handler: (event, context) => {
      seen.push({ event, context });
      return reply();
    },
  });
  const routes = [
    route('ANY', '/api/v1/videos/{videoId}'),
    route('DELETE', '/api/v1/videos/{videoId}'),
    route('GET', '/api/v1/videos/{videoId}/deletion'),
    route('POST', '/api/v1/videos/{videoId}/deletion/undo'),
    route('GET', '/api/v1/videos/newest'),
    route('POST', '/api/v1/echo', 'none'),
    route('GET', '/api/v1/open', 'none'),
  ];
  const issuer = await createIssuer(WHO);
  const provider = await startProvider(issuer);
  const gateway = await startGateway({
    routes,
    jwt: { ...WHO, jwksUri: `${provider.url}/local/jwks.json` },
    ...options,
  }).catch(async (error) => {
    await provider.stop();
    throw error;
  });
  return {
    url: gateway.url,
    issuer,
    seen,
    answerWith: (next) => {
      reply = next;
    },
    call: async (method, path, headers = {}) => {
      const authorization = `Bearer ${await issuer.tokenFor(USER)}`;
      return sendRaw(gateway.url, method, path, { authorization, ...headers });
    },
    stop: async () => {
      await gateway.stop();
      await provider.stop();
    },
  };
}

function startProvider(issuer: Issuer) {
  const jwt = { ...WHO, jwksUri: 'http://127.0.0.1' };
  return startGateway({ routes: [], jwt, mounts: [createSignIn({ issuer, accounts: () => [] })] });
}
