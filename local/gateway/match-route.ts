/** What matching needs to know about a route. */
export type RouteKey = { method: string; path: string };

export type Match<R extends RouteKey> = { route: R; pathParameters: Record<string, string> };

/**
 * Splits the path of a request target into decoded segments. API Gateway decodes a path before it matches, and passes
 * path, raw path and parameters on decoded (once: `%252F` becomes `%2F`).
 * @returns undefined for a path that is ambiguous: a slash within a segment, `.` or `..`, a broken escape
 */
export function segmentsOf(target: string): string[] | undefined {
  const [path = ''] = target.split('?', 1);
  if (!path.startsWith('/')) return undefined;
  try {
    const segments = path.slice(1).split('/').map(decodeURIComponent);
    const isPlain = (segment: string) => segment !== '.' && segment !== '..' && !/[/\\\0]/.test(segment);
    return segments.every(isPlain) ? segments : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The best matching route: a literal segment wins over a `{parameter}`, and a method over `ANY`. A parameter matches
 * exactly one segment that is not empty. A trailing slash makes another path.
 */
export function matchRoute<R extends RouteKey>(routes: readonly R[], method: string, segments: string[]) {
  const matches = routes
    .filter((route) => route.method === method || route.method === 'ANY')
    .flatMap((route) => {
      const pathParameters = parametersOf(route.path, segments);
      return pathParameters ? [{ route, pathParameters }] : [];
    });
  return matches.sort(bestFirst)[0] satisfies Match<R> | undefined;
}

function parametersOf(pattern: string, segments: string[]): Record<string, string> | undefined {
  const parts = pattern.slice(1).split('/');
  if (parts.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? '';
    const name = nameIn(part);
    if (name === undefined && part !== segment) return undefined;
    if (name !== undefined && segment === '') return undefined;
    if (name !== undefined) parameters[name] = segment;
  }
  return parameters;
}

function nameIn(part: string): string | undefined {
  return part.startsWith('{') && part.endsWith('}') ? part.slice(1, -1) : undefined;
}

function bestFirst(a: Match<RouteKey>, b: Match<RouteKey>): number {
  // Writes `0` for a literal segment and `1` for a parameter, from the left: the smaller string is the more literal
  // path.
  const shape = (route: RouteKey) =>
    route.path.replaceAll(/[^/]+/g, (part) => (nameIn(part) === undefined ? '0' : '1'));
  const byPath = shape(a.route).localeCompare(shape(b.route));
  return byPath || Number(a.route.method === 'ANY') - Number(b.route.method === 'ANY');
}
