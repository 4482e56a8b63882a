import { ROUTES, type Route } from '../../functions/http/routes.ts';

/** A call of the API: what a client would send. */
export type Asked = { route: Route; method: string; path: string; body?: string };
/** The ids that a call may name. `own`: one that the caller may well delete, which a list names beside the other. */
export type Names = { videoId: string; userId: string; own: string };

/** Whoever asks for these need not show a token. */
export const PROTECTED = ROUTES.filter(({ authorizer }) => authorizer === 'jwt');

/**
 * One call of each route, as somebody makes it who wants to reach this video. `ANY` is called with PATCH, which no
 * other route has.
 */
export function callsOf(routes: readonly Route[], { videoId, userId, own }: Names): Asked[] {
  return routes.map((route) => {
    const path = route.path.replace('{videoId}', videoId).replace('{userId}', userId);
    const body = bodyOf(route, { videoId, own });
    return { route, method: route.method === 'ANY' ? 'PATCH' : route.method, path, ...(body && { body }) };
  });
}

function bodyOf({ method, path }: Route, { videoId, own }: Pick<Names, 'videoId' | 'own'>): string | undefined {
  if (method === 'ANY' || method === 'GET') return undefined;
  if (path.endsWith('/hold')) return JSON.stringify({ code: 'litigation', caseNumber: 'C-17' });
  // The caller's own video comes first. Code that deletes one after another would delete it before it refuses the other
  // one.
  return /\/deletions(\/undo)?$/.test(path) ? JSON.stringify({ videoIds: [own, videoId] }) : undefined;
}

/** Ids that are nearly this one, or could lead elsewhere. */
export function tamperedFormsOf(videoId: string): string[] {
  const [upper, fullWidth] = [videoId.toUpperCase(), `%EF%BC%90${videoId.slice(1)}`];
  const around = [`${videoId}%20`, `${videoId}%0A`, `${videoId}%00`, `${videoId}%2f`, `${videoId}0`, videoId.slice(1)];
  const wrapped = [`urn:uuid:${videoId}`, `{${videoId}}`];
  return [upper, fullWidth, ...around, ...wrapped, '*', '%2a', 'null', '..', '%2e%2e', '%27%20or%201=1--'];
}
