import type { ApiEvent } from '../../functions/http/api.ts';
import { type Username, userIdOf } from '../../platform/seed/accounts.ts';

/** `as` is an account of the sample platform, `callerId` anybody's. */
type Asked = {
  videoId?: string;
  as?: Username;
  callerId?: string | undefined;
  /** The claim with the caller's id. Default: `sub`. */
  claim?: string;
  body?: unknown;
};

/** The event of a call of the API, as far as the functions look at it. A body that is no text is sent as JSON. */
export function apiEvent(
  routeKey: string,
  { videoId, as, callerId = as && userIdOf(as), claim = 'sub', body }: Asked = {},
): ApiEvent {
  const [method, path = ''] = routeKey.split(' ');
  return {
    version: '2.0',
    routeKey,
    rawPath: path.replace('{videoId}', `${videoId}`),
    rawQueryString: '',
    headers: {},
    isBase64Encoded: false,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(videoId && { pathParameters: { videoId } }),
    requestContext: {
      http: { method },
      ...(callerId && { authorizer: { jwt: { claims: { sub: 'anybody', [claim]: callerId } } } }),
    },
  } as unknown as ApiEvent;
}
