export type OriginAnswer = { status: number; headers: Record<string, string>; body: Uint8Array };

/** The origin, which the edge fetches from when it has no copy. `path` starts with a slash and is percent-encoded. */
export type Origin = (path: string) => Promise<OriginAnswer>;

export type EdgeCache = {
  /** Answers from a fresh copy, or else from the origin. `age` is the age of the copy in seconds. */
  get(path: string): Promise<{ answer: OriginAnswer; age?: number }>;
  /** The paths of all copies with content, including stale copies. */
  paths(): string[];
  /** A stamp that is later than that of every fetch that has started. */
  stamp(): number;
  /**
   * Drops the copies on matching paths whose fetch started before `stamp`, including fetches that are still running.
   */
  forget(matches: (path: string) => boolean, stamp: number): void;
};

export type EdgeCacheSettings = {
  origin: Origin;
  /** How long an error is cached, in seconds. */
  errorSeconds: number;
  /** How long content is cached if the origin does not say, in seconds. */
  defaultSeconds: number;
  /** Milliseconds since 1970. */
  now: () => number;
};

type Copy = { answer: OriginAnswer; stamp: number; storedAt: number; freshUntil: number };
type Fetch = { path: string; stamp: number; forgotten: boolean };

/**
 * Copies by path: like CloudFront without query strings in the cache key. A stale copy is kept, because CloudFront
 * serves it when the origin fails.
 */
export function createEdgeCache({ origin, errorSeconds, defaultSeconds, now }: EdgeCacheSettings): EdgeCache {
  const copies = new Map<string, Copy>();
  const fetches = new Set<Fetch>();
  let stamp = 0;

  async function fetchFrom(path: string): Promise<{ answer: OriginAnswer; fetch: Fetch }> {
    stamp += 1;
    const fetch = { path, stamp, forgotten: false };
    fetches.add(fetch);
    const answer = await origin(path).catch(badGateway);
    fetches.delete(fetch);
    return { answer, fetch };
  }

  function keep(answer: OriginAnswer, { path, stamp, forgotten }: Fetch): void {
    const seconds = answer.status < 400 ? contentSeconds(answer, defaultSeconds) : errorSeconds;
    const storedAt = now();
    if (seconds > 0 && !forgotten) copies.set(path, { answer, stamp, storedAt, freshUntil: storedAt + seconds * 1000 });
  }

  return {
    async get(path) {
      const copy = copies.get(path);
      if (copy && now() < copy.freshUntil) return served(copy, now());
      const { answer, fetch } = await fetchFrom(path);
      const fallback = copies.get(path);
      if (answer.status >= 500 && fallback && holdsContent(fallback)) return served(fallback, now());
      keep(answer, fetch);
      return { answer };
    },
    paths: () => [...copies].filter(([, copy]) => holdsContent(copy)).map(([path]) => path),
    stamp() {
      stamp += 1;
      return stamp;
    },
    forget(matches, before) {
      for (const [path, copy] of copies) if (copy.stamp < before && matches(path)) copies.delete(path);
      for (const fetch of fetches) if (fetch.stamp < before && matches(fetch.path)) fetch.forgotten = true;
    },
  };
}

function holdsContent({ answer }: Copy): boolean {
  return answer.status < 400;
}

function served({ answer, storedAt }: Copy, now: number): { answer: OriginAnswer; age: number } {
  return { answer, age: Math.floor((now - storedAt) / 1000) };
}

/** `s-maxage` before `max-age`; nothing if the response must not be stored. */
function contentSeconds({ headers }: OriginAnswer, defaultSeconds: number): number {
  const control = headers['cache-control'] ?? '';
  if (/no-store|no-cache|private/.test(control)) return 0;
  const seconds = /s-maxage=(\d+)/.exec(control) ?? /max-age=(\d+)/.exec(control);
  return seconds ? Number(seconds[1]) : defaultSeconds;
}

function badGateway(): OriginAnswer {
  return { status: 502, headers: { 'content-type': 'text/plain' }, body: Buffer.from('The origin did not answer') };
}
