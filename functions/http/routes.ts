/** A route of the API. One list serves the local gateway, the OpenAPI check and the deployment. */
export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'ANY';
  path: string;
  /** The entry file in `functions/`, without its extension. */
  function: 'request-deletion' | 'read-deletions' | 'undo-deletion' | 'replay-deletion' | 'hold-video';
  authorizer: 'jwt' | 'none';
};

/**
 * Routes on which somebody takes back or stops a deletion. Each has its own share of requests, so that no other caller
 * can make it wait.
 */
export function isThrottledApart({ method, path }: Pick<Route, 'method' | 'path'>): boolean {
  return method !== 'ANY' && /\/(undo|now|hold|replay)$/.test(path);
}

const VIDEO = '/api/v1/videos/{videoId}';

/** The `ANY` route of a path answers 405 to methods that the path does not have. */
export const ROUTES: readonly Route[] = [
  { method: 'DELETE', path: VIDEO, function: 'request-deletion', authorizer: 'jwt' },
  { method: 'ANY', path: VIDEO, function: 'read-deletions', authorizer: 'jwt' },
  { method: 'GET', path: `${VIDEO}/deletion`, function: 'read-deletions', authorizer: 'jwt' },
  { method: 'ANY', path: `${VIDEO}/deletion`, function: 'read-deletions', authorizer: 'jwt' },
  { method: 'POST', path: `${VIDEO}/deletion/undo`, function: 'undo-deletion', authorizer: 'jwt' },
  { method: 'ANY', path: `${VIDEO}/deletion/undo`, function: 'read-deletions', authorizer: 'jwt' },
  { method: 'POST', path: `${VIDEO}/deletion/now`, function: 'undo-deletion', authorizer: 'jwt' },
  { method: 'ANY', path: `${VIDEO}/deletion/now`, function: 'read-deletions', authorizer: 'jwt' },
  { method: 'POST', path: `${VIDEO}/deletion/replay`, function: 'replay-deletion', authorizer: 'jwt' },
  { method: 'ANY', path: `${VIDEO}/deletion/replay`, function: 'read-deletions', authorizer: 'jwt' },
  { method: 'GET', path: `${VIDEO}/deletion/receipt`, function: 'read-deletions', authorizer: 'jwt' },
  { method: 'ANY', path: `${VIDEO}/deletion/receipt`, function: 'read-deletions', authorizer: 'jwt' },
  { method: 'GET', path: `${VIDEO}/deletion/receipts`, function: 'read-deletions', authorizer: 'jwt' },
  { method: 'ANY', path: `${VIDEO}/deletion/receipts`, function: 'read-deletions', authorizer: 'jwt' },
  { method: 'PUT', path: `${VIDEO}/hold`, function: 'hold-video', authorizer: 'jwt' },
  { method: 'DELETE', path: `${VIDEO}/hold`, function: 'hold-video', authorizer: 'jwt' },
  { method: 'ANY', path: `${VIDEO}/hold`, function: 'read-deletions', authorizer: 'jwt' },
  { method: 'POST', path: '/api/v1/deletions', function: 'request-deletion', authorizer: 'jwt' },
  { method: 'GET', path: '/api/v1/deletions', function: 'read-deletions', authorizer: 'jwt' },
  { method: 'ANY', path: '/api/v1/deletions', function: 'read-deletions', authorizer: 'jwt' },
  { method: 'GET', path: '/api/v1/deletions/figures', function: 'read-deletions', authorizer: 'jwt' },
  { method: 'ANY', path: '/api/v1/deletions/figures', function: 'read-deletions', authorizer: 'jwt' },
  { method: 'POST', path: '/api/v1/deletions/undo', function: 'undo-deletion', authorizer: 'jwt' },
  { method: 'ANY', path: '/api/v1/deletions/undo', function: 'read-deletions', authorizer: 'jwt' },
  { method: 'GET', path: '/api/v1/receipts/jwks.json', function: 'read-deletions', authorizer: 'none' },
  { method: 'ANY', path: '/api/v1/receipts/jwks.json', function: 'read-deletions', authorizer: 'none' },
];
