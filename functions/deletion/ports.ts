import type { Counts } from './counts.ts';
import type { RowPlace } from './data-map/data-map.ts';
import type { StepName } from './record/steps.ts';
import type { OutboxEvent, State, Target, Tombstone } from './record/tombstone.ts';
import type { Rules } from './rules.ts';
import type { VideoId } from './video-id.ts';

/** What the domain needs of the outside, in its own words. Adapters meet these types; contract suites hold them to it. */

export type Clock = () => Date;

/** Structured log. Fields hold ids, counts, codes and times; never titles, addresses, keys of others or tokens. */
export type Log = Record<'info' | 'warn' | 'error', (message: string, fields?: Record<string, unknown>) => void>;

/**
 * `OldestOpenDeletionAge` is in seconds, `StepTime` in milliseconds; the others are how many. `ResidueFound` came back while a
 * deletion settled and was removed; `ResidueLeft` is of deletions that are done, and nobody has removed it.
 */
export type MetricName =
  | 'DeletionsRequested'
  | 'DeletionsDeleted'
  | 'DeletionsFailed'
  | 'DeletionsHeld'
  | 'ObjectsDeleted'
  | 'BytesDeleted'
  | 'RowsDeleted'
  | 'StepFailures'
  | 'StepTime'
  | 'OldestOpenDeletionAge'
  | 'ResidueFound'
  | 'OrphansFound'
  | 'ResidueLeft'
  | 'InvariantsBroken';

/** Figures for alarms and dashboards. They name a step at most, never a video or a person. Recording one cannot fail. */
export type Metrics = { record(name: MetricName, value: number, step?: StepName): void };

/** The table of tombstones. */
export type Tombstones = {
  find(videoId: VideoId): Promise<Tombstone | undefined>;
  /**
   * One conditional write. With `previous`, it succeeds only while the stored revision is still that of `previous`;
   * without, only while there is none. `next.revision` is `previous.revision + 1` (or 1). False: another writer was first.
   */
  write(previous: Tombstone | undefined, next: Tombstone): Promise<boolean>;
  /** Ids whose `sweepAt` is at or before `at`. */
  due(at: Date): AsyncIterable<VideoId>;
  /** Since when the oldest of the open deletions (`isOpen`) has been open (`openSince`); undefined when none is. */
  oldestOpen(): Promise<Date | undefined>;
  list(query: TombstoneQuery): Promise<TombstonePage>;
};
/** `malformed`: ids of stored tombstones that cannot be read; absent when there is none. They keep nobody from the others. */
export type TombstonePage = { tombstones: Tombstone[]; cursor?: string; malformed?: VideoId[] };
export type TombstoneQuery = { ownerId?: string; state?: State; cursor?: string; limit: number };

export type Caller = { id: string; isAdmin: boolean; isActive: boolean };
export type VideoRow = {
  ownerId: string;
  status: 'uploading' | 'processing' | 'ready' | 'failed' | 'rejected';
  hidden: boolean;
  /** The values of url_hls, url_mp4 and thumbnail that are set. */
  urls: string[];
  /** Execution ARNs from processing_runs. */
  runs: string[];
};

/** The platform's database. Every method is safe to repeat; rows that are not there are success. */
export type VideoRows = {
  /** One round trip: the caller's account and the video, each if it exists. */
  find(callerId: string, videoId: VideoId): Promise<{ caller?: Caller; video?: VideoRow }>;
  /** The caller's account alone. */
  findCaller(callerId: string): Promise<Caller | undefined>;
  /** Sets `deleted_at` to `at`, unless a later deletion has set it already. */
  hide(videoId: VideoId, at: Date): Promise<void>;
  /** Clears `deleted_at` if it still is the one that `hide` set at `at`: another deletion's mark stays. */
  restore(videoId: VideoId, at: Date): Promise<void>;
  /** The execution ARNs registered for the video. */
  runs(videoId: VideoId): Promise<string[]>;
  /** Deletes at most `limit` rows of the video in one transaction, by indexed keys; how many it deleted. */
  deleteBatch(place: RowPlace, videoId: VideoId, limit: number): Promise<number>;
  /**
   * The last transaction: stragglers in the child tables, the pending reports on this video (resolved by `by` at `at`), the video.
   * Counts by table (`reports` = those resolved). Where a run is registered that is not among the `known` ones, nothing is
   * deleted and `missed` names it: once its row is gone, nobody could find it to stop it.
   */
  deleteVideo(
    videoId: VideoId,
    resolution: { by: string; at: Date; known: readonly string[] },
  ): Promise<{ counts: Counts; missed: string[] }>;
  /** What is left, by table of the data map; only tables with something left are named. Kept reports count while pending. */
  look(videoId: VideoId): Promise<Counts>;
};

/** Called before every batch with what has been removed so far in this step. Throws when the worker must stop. */
export type Checkpoint = (removed: Counts) => Promise<void>;

/** What storage holds of one video. */
export type StorageTarget = Pick<Target, 'prefix' | 'strayKeys'> & { videoId: VideoId };
/** S3: `objects`, `versions` (noncurrent), `deleteMarkers`, `uploads`, `bytes`. Local files: `files`, `bytes`. */
export type VideoObjects = {
  /**
   * Deletes everything of the target and nothing else. Goes on after a failing object and fails at the end.
   * @returns what it removed, by kind; zero kinds are left out
   * @throws {StepFailed} with what was removed, when something is left; {ObjectsLocked} when retention protects it
   */
  deleteAll(target: StorageTarget, checkpoint: Checkpoint): Promise<Counts>;
  /** What is there now, by kind; zero kinds are left out. */
  look(target: StorageTarget): Promise<Counts>;
};

/** The platform's cache. Cluster-safe: one key a command. */
export type VideoCache = {
  /** Sets `key` to `value` for `seconds`. */
  fence(key: string, value: string, seconds: number): Promise<void>;
  lift(key: string): Promise<void>;
  /** Deletes the keys, the pages that the set `pagesIn` lists, and the set. How many `keys` and `pages` were there. */
  invalidate(keys: readonly string[], pagesIn?: string): Promise<{ keys: number; pages: number }>;
  /** For platforms that list no pages: makes all pages of the feed old at once (`INCR feed:version`). */
  ageFeeds(): Promise<void>;
  /** How many of the keys, and of the pages listed in the set, are there. */
  look(keys: readonly string[], pagesIn: string): Promise<{ keys: number; pages: number }>;
};

export type RunState = 'running' | 'ended' | 'unknown';
/** The runs that process videos. A run is named by its execution ARN. */
export type VideoRuns = {
  /** The ARN that a run of this name has. */
  named(name: string): string;
  state(run: string): Promise<RunState>;
  /** Stops it; one that has ended or never was is success, and says so. */
  stop(run: string): Promise<'stopped' | 'ended' | 'unknown'>;
};

/** The caches at the edge. */
export type Edge = {
  /** @throws {TooManyInvalidations} when the edge takes no more now */
  invalidate(
    paths: readonly string[],
    callerReference: string,
  ): Promise<{ invalidationId: string; completed: boolean }>;
  /** @throws {UnknownInvalidation} */
  isCompleted(invalidationId: string): Promise<boolean>;
};

/** Refuses videos at the edge, cached copies or not, within seconds. Closing or opening what is so already is success. */
export type Gate = {
  close(videoIds: readonly VideoId[]): Promise<void>;
  open(videoIds: readonly VideoId[]): Promise<void>;
};

export type DeletionMessage = { videoId: VideoId; deletionId: string };
/** A queue. `delaySeconds` is cut to SQS's 900; who is early delays itself again. `groupId` is the owner (fair queues). */
export type Queue = {
  send(message: DeletionMessage, options: { delaySeconds?: number; groupId: string }): Promise<void>;
};

export type Events = {
  /** Publishes all or throws; the same event may be published again. */
  publish(events: readonly PublishedEvent[]): Promise<void>;
};
export type PublishedEvent = OutboxEvent & { videoId: VideoId; deletionId: string; ownerId: string };

/** Signs receipts as a compact JWS. */
export type ReceiptSigner = {
  sign(payload: Record<string, unknown>): Promise<string>;
  /** A JWK set (RFC 7517) with the public keys that have signed receipts. */
  publicKeys(): Promise<{ keys: Record<string, unknown>[] }>;
};

/** Figures that the platform derives from rows and does not derive again on its own. */
export type VideoStats = {
  /** Derives them anew if they still name a video that is gone. True if it did. */
  refreshIfStale(): Promise<boolean>;
};

/** Everything, as the composition root builds it. A function names the slice it uses. Absent: not in this environment. */
export type Ports = {
  tombstones: Tombstones;
  rows: VideoRows;
  objects: VideoObjects;
  cache?: VideoCache;
  runs?: VideoRuns;
  edge?: Edge;
  gate?: Gate;
  events?: Events;
  stats?: VideoStats;
  signer: ReceiptSigner;
  cleanupQueue: Queue;
  deadLetters: Queue;
  /** Absent where there is no distribution. */
  edgeQueue?: Queue;
  log: Log;
  metrics: Metrics;
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  newId: () => string;
  rules: Rules;
  /** A change that breaks an invariant is never written: for tests. In production a tombstone that is broken already goes on. */
  isStrict?: boolean;
};
