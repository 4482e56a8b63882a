import type { ApiEvent } from '../../functions/api.ts';
import { type Username, userIdOf } from '../../platform/seed/accounts.ts';

/** The event of a call of the API without a body, as far as the functions look at it. */
export function apiEvent(routeKey: string, { videoId, as }: { videoId?: string; as?: Username } = {}): ApiEvent {
  const [method, path = ''] = routeKey.split(' ');
  return {
    version: '2.0',
    routeKey,
    rawPath: path.replace('{videoId}', `${videoId}`),
    rawQueryString: '',
    headers: {},
    isBase64Encoded: false,
    ...(videoId && { pathParameters: { videoId } }),
    requestContext: { http: { method }, ...(as && { authorizer: { jwt: { claims: { sub: userIdOf(as) } } } }) },
  } as unknown as ApiEvent;
}
