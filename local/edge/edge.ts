import { listenOnLoopback } from '../loopback.ts';
import { answerCloudFront } from './cloudfront-api.ts';
import { createEdgeCache, type EdgeCacheSettings, type Origin } from './edge-cache.ts';
import { createInvalidations, type Invalidations } from './edge-invalidations.ts';
import { answerViewers } from './edge-viewer.ts';
import { createEdgeGate } from './gate.ts';

export type LocalEdge = {
  /** The base URL for viewers: `<url>/videos/<id>/playlist.m3u8`. */
  url: string;
  /** The `endpoint` for the CloudFront client. */
  cloudFrontEndpoint: string;
  distributionId: string;
  /** The paths of all copies at the edge. */
  cached(): string[];
  /** Completes all invalidations in progress at once. */
  completeInvalidations(): void;
  /** Fails in this way until the returned function is called. */
  fail: Invalidations['fail'];
  stop(): Promise<void>;
};

export type LocalEdgeSettings = Partial<Omit<EdgeCacheSettings, 'origin'>> & {
  /** A URL in front of the path, such as `http://127.0.0.1:9000/bucket`, or a function that answers for it. */
  origin: string | Origin;
  /** How long an invalidation takes to complete. Until then, the edge still serves old copies. */
  completeAfterMilliseconds: number;
  /** The gate's store. Absent: the distribution has no gate. */
  gateStore?: { has(key: string): boolean };
};

const DISTRIBUTION_ID = 'E1LOCALEDGE000';
/** CloudFront's default for the error caching minimum TTL. */
const ERROR_SECONDS = 10;
/** The default TTL of the managed policy CachingOptimized. */
const DEFAULT_SECONDS = 86_400;

/** One CloudFront distribution: an edge that caches, the gate in front of it, and the API for invalidations. */
export async function startEdge({
  origin,
  completeAfterMilliseconds,
  gateStore,
  errorSeconds = ERROR_SECONDS,
  defaultSeconds = DEFAULT_SECONDS,
  now = Date.now,
}: LocalEdgeSettings): Promise<LocalEdge> {
  const answerFor = typeof origin === 'string' ? httpOrigin(origin) : origin;
  const cache = createEdgeCache({ origin: answerFor, errorSeconds, defaultSeconds, now });
  const invalidations = createInvalidations(cache, completeAfterMilliseconds);
  const viewers = await listenOnLoopback(answerViewers(cache, gateStore && createEdgeGate(gateStore)));
  const api = await listenOnLoopback(answerCloudFront(invalidations, DISTRIBUTION_ID));
  return {
    url: viewers.url,
    cloudFrontEndpoint: api.url,
    distributionId: DISTRIBUTION_ID,
    cached: cache.paths,
    completeInvalidations: invalidations.completeAll,
    fail: invalidations.fail,
    async stop() {
      await Promise.all([viewers.close(), api.close()]);
    },
  };
}

function httpOrigin(base: string): Origin {
  return async (path) => {
    const answer = await fetch(base + path);
    const body = new Uint8Array(await answer.arrayBuffer());
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body };
  };
}
