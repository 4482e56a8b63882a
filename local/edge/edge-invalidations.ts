import { AwsFault } from '../aws/aws-fault.ts';
import type { EdgeCache } from './edge-cache.ts';

export type InvalidationBatch = { callerReference: string; paths: string[] };
export type Invalidation = InvalidationBatch & { id: string; status: 'InProgress' | 'Completed'; createdAt: Date };

export type Invalidations = {
  /**
   * Creates an invalidation. The same reference with the same paths returns the earlier one.
   * @throws {AwsFault} InvalidationBatchAlreadyExists, TooManyInvalidationsInProgress, InvalidArgument
   */
  create(batch: InvalidationBatch): Invalidation;
  /** @throws {AwsFault} NoSuchInvalidation */
  find(id: string): Invalidation;
  /** Completes all invalidations in progress at once. */
  completeAll(): void;
  /** Fails in this way until the returned function is called. */
  fail(fault: InvalidationFault): () => void;
};

/** `stuck`: none completes. `refuses`: no path is taken. `full`: no more are taken at the moment. */
export type InvalidationFault = 'stuck' | 'refuses' | 'full';

/** How many may be in progress at the same time on one distribution. CloudFront counts the two kinds separately. */
const WILDCARDS_IN_PROGRESS = 15;
const PATHS_IN_PROGRESS = 3000;

/**
 * Until an invalidation completes, the edge still serves the copies. Then it drops those whose fetch started before the
 * invalidation was created. Copies that were fetched in the meantime stay, so that a test can see an invalidation that
 * came too early.
 */
export function createInvalidations(
  cache: Pick<EdgeCache, 'stamp' | 'forget'>,
  completeAfterMilliseconds: number,
): Invalidations {
  const all = new Map<string, Invalidation>();
  const byReference = new Map<string, Invalidation>();
  const inProgress = new Map<Invalidation, () => void>();
  const faults = new Set<InvalidationFault>();

  function begin(batch: InvalidationBatch): Invalidation {
    const id = `I${String(all.size + 1).padStart(13, '0')}`;
    const invalidation: Invalidation = { ...batch, id, status: 'InProgress', createdAt: new Date() };
    const stamp = cache.stamp();
    inProgress.set(invalidation, () => {
      invalidation.status = 'Completed';
      inProgress.delete(invalidation);
      cache.forget((path) => batch.paths.some((pattern) => covers(pattern, path)), stamp);
    });
    const complete = () => {
      if (faults.has('stuck')) setTimeout(complete, completeAfterMilliseconds).unref();
      else inProgress.get(invalidation)?.();
    };
    setTimeout(complete, completeAfterMilliseconds).unref();
    all.set(id, invalidation);
    byReference.set(batch.callerReference, invalidation);
    return invalidation;
  }

  return {
    create(batch) {
      const earlier = byReference.get(batch.callerReference);
      if (earlier && samePaths(earlier, batch)) return earlier;
      if (earlier) throw new AwsFault('InvalidationBatchAlreadyExists', 'The reference was used with other paths');
      if (faults.has('refuses')) throw new AwsFault('InvalidArgument', 'The path is not one that this edge takes.');
      if (faults.has('full')) throw new AwsFault('TooManyInvalidationsInProgress', 'Try again later.');
      refuseMalformed(batch.paths);
      refuseTooMany([...inProgress.keys()].flatMap(({ paths }) => paths).concat(batch.paths));
      return begin(batch);
    },
    find(id) {
      const invalidation = all.get(id);
      if (!invalidation) throw new AwsFault('NoSuchInvalidation', 'The specified invalidation does not exist.', 404);
      return invalidation;
    },
    completeAll() {
      for (const complete of inProgress.values()) complete();
    },
    fail(fault) {
      faults.add(fault);
      return () => void faults.delete(fault);
    },
  };
}

function refuseMalformed(paths: string[]): void {
  if (paths.length > 0 && paths.every((path) => /^\/[^*]*\*?$/.test(path))) return;
  throw new AwsFault('InvalidArgument', 'Your request contains one or more invalid invalidation paths.');
}

function refuseTooMany(paths: string[]): void {
  const wildcards = paths.filter((path) => path.endsWith('*')).length;
  if (wildcards <= WILDCARDS_IN_PROGRESS && paths.length - wildcards <= PATHS_IN_PROGRESS) return;
  throw new AwsFault('TooManyInvalidationsInProgress', 'Too many invalidation paths are in progress.');
}

function samePaths(a: InvalidationBatch, b: InvalidationBatch): boolean {
  return JSON.stringify(a.paths.toSorted()) === JSON.stringify(b.paths.toSorted());
}

/** Compares paths as they are written, with their queries, as CloudFront does: only `~` is the same as `%7E`. */
function covers(pattern: string, path: string): boolean {
  const written = path.replaceAll('~', '%7E');
  return pattern.endsWith('*') ? written.startsWith(pattern.slice(0, -1)) : written === pattern;
}
