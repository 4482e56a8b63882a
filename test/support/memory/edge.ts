import { StepFailed, TooManyInvalidations, UnknownInvalidation } from '../../../functions/deletion/errors.ts';
import type { Clock, Edge, Gate } from '../../../functions/deletion/ports.ts';
import type { VideoId } from '../../../functions/deletion/video-id.ts';
import type { Line } from './line.ts';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html: in progress at a time. */
const MOST = { wildcards: 15, paths: 3000 };

/** `since`: its place among the copies and invalidations; `endsAt` is in milliseconds. */
type Copy = { since: number; endsAt: number };
type Invalidation = { id: string; reference: string; paths: string[]; from: number; isCompleted: boolean };

/** The edge, and what viewers do there. */
export type MemoryEdge = {
  edge: Edge;
  gate: Gate;
  /** Somebody watches: from then on there is a copy of the path. 410 behind a closed gate, which keeps no copy. */
  view(videoId: VideoId, path: string): 200 | 410;
  /** Completes what is in progress: copies from before the invalidation was asked for go. */
  complete(): void;
  /** Copies stand under `edge`, or `ended copies` once nobody is served from them; closed gates under `gates`. */
  lines(): Line[];
};

/**
 * A caching edge with a gate in front of it. It passes the same contract suites as CloudFront and its stand-in. A copy
 * lives for `ttlSeconds`, by default for one day as in CloudFront.
 */
export function createMemoryEdge({
  clock,
  ttlSeconds = 86_400,
  room = 100_000,
}: {
  clock: Clock;
  ttlSeconds?: number;
  /** How many videos the gate can be closed for. */
  room?: number;
}): MemoryEdge {
  const copies = new Map<string, Copy>();
  const closed = new Set<VideoId>();
  const invalidations: Invalidation[] = [];
  let moment = 0;
  const next = () => {
    moment += 1;
    return moment;
  };
  const isEnded = (path: string) => (copies.get(path)?.endsAt ?? 0) <= clock().getTime();

  const refuseTooMany = (paths: readonly string[]) => {
    const underWay = [...invalidations.filter(({ isCompleted }) => !isCompleted).flatMap((one) => one.paths), ...paths];
    const wildcards = underWay.filter((path) => path.endsWith('*')).length;
    if (wildcards > MOST.wildcards || underWay.length - wildcards > MOST.paths) throw new TooManyInvalidations();
  };
  const answer = ({ id, isCompleted }: Invalidation) => ({ invalidationId: id, completed: isCompleted });

  return {
    edge: {
      async invalidate(paths, reference) {
        const earlier = invalidations.find((one) => one.reference === reference);
        if (earlier && earlier.paths.join() !== paths.join()) throw new StepFailed('InvalidationBatchAlreadyExists');
        if (earlier) return answer(earlier);
        refuseTooMany(paths);
        const id = `I${invalidations.length + 1}`;
        const made = { id, reference, paths: [...paths], from: next(), isCompleted: false };
        invalidations.push(made);
        return answer(made);
      },
      async isCompleted(invalidationId) {
        const found = invalidations.find(({ id }) => id === invalidationId);
        if (!found) throw new UnknownInvalidation();
        return found.isCompleted;
      },
    },
    gate: {
      close: async (videoIds) => videoIds.forEach((videoId) => void closed.add(videoId)),
      open: async (videoIds) => videoIds.forEach((videoId) => void closed.delete(videoId)),
      isHalfFull: async () => closed.size >= room / 2,
    },
    view(videoId, path) {
      if (closed.has(videoId)) return 410;
      if (isEnded(path)) copies.set(path, { since: next(), endsAt: clock().getTime() + ttlSeconds * 1000 });
      return 200;
    },
    complete() {
      for (const invalidation of invalidations.filter(({ isCompleted }) => !isCompleted)) {
        invalidation.isCompleted = true;
        for (const [path, { since }] of copies) if (isHit(invalidation, path, since)) copies.delete(path);
      }
    },
    lines: () => [
      ...[...copies.keys()].map((path) => ({ place: isEnded(path) ? 'ended copies' : 'edge', text: path })),
      ...[...closed].map((videoId) => ({ place: 'gates', text: `gate ${videoId}` })),
    ],
  };
}

function isHit({ paths, from }: Invalidation, path: string, since: number): boolean {
  const matches = (pattern: string) =>
    pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
  return since < from && paths.some(matches);
}
