import type { Counts } from './counts.ts';
import type { RowPlace } from './data-map/data-map.ts';
import type { ReceiptIssuer } from './record/receipt.ts';
import type { StepChanges } from './record/step-record.ts';
import type { StepName } from './record/steps.ts';
import type { OutboxEvent, Target, Tombstone } from './record/tombstone.ts';
import type { TombstoneFilter } from './record/tombstone-filter.ts';
import type { Rules } from './rules.ts';
import type { VideoId } from './video-id.ts';

/**
 * The outside services that the domain needs, in its own words. Adapters implement these types, and the contract suites
 * check the adapters.
 */

export type Clock = () => Date;

/** A structured log. Fields contain ids, counts, codes and times, never titles, addresses, keys of others or tokens. */
export type Log = Record<'info' | 'warn' | 'error', (message: string, fields?: Record<string, unknown>) => void>;

/**
 * `OldestOpenDeletionAge` is in seconds, `StepTime` in milliseconds, the others are numbers of items. `ResidueFound` is
 * what a settling deletion found and deleted. `ResidueLeft` is what storage still holds of deletions that are done.
 * `EvidenceMissing` counts deletions whose receipt excepts something that could not be shown, `GateNotClosed` those
 * that wait without the gate, because it is half full,
 * `ReceiptsNotSigned` the attempts at which everything was deleted and the key did not sign.
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
  | 'InvariantsBroken'
  | 'EvidenceMissing'
  | 'GateNotClosed'
  | 'ReceiptsNotSigned';

/** Figures for alarms and dashboards. They may name a step, never a video or a person. Recording one cannot fail. */
export type Metrics = { record(name: MetricName, value: number, step?: StepName): void };

/** The table of tombstones. */
export type Tombstones = {
  find(videoId: VideoId): Promise<Tombstone | undefined>;
  /**
   * One conditional write. With `previous`, it succeeds only while the stored revision is that of `previous`. Without
   * `previous`, it succeeds only while there is no tombstone. `next.revision` is `previous.revision + 1`, or 1.
   * @returns false when another writer was first
   */
  write(previous: Tombstone | undefined, next: Tombstone): Promise<boolean>;
  /** Ids whose `sweepAt` is at or before `at`. @param malformed called for each key in the index that is no id */
  due(at: Date, malformed?: () => void): AsyncIterable<VideoId>;
  /**
   * Since when the oldest open deletion (`isOpen`) has been open (`openSince`). Undefined when none is open. One that
   * waits at this time for the end of its undo window is not open, and hides no other one.
   */
  oldestOpen(at: Date): Promise<Date | undefined>;
};
/** What is there among many. Only who looks needs it, never who deletes. */
export type TombstoneLists = {
  /** Newest first: see `placeOf`. */
  list(query: TombstoneQuery): Promise<TombstonePage>;
  /** How many wait, are open, have failed or are held at this moment. */
  standing(at: Date): Promise<Standing>;
  /**
   * Every tombstone there is, in no order and whatever an index says. `malformed` is called for one that cannot be
   * read.
   */
  every(malformed?: (videoId: VideoId) => void): AsyncIterable<Tombstone>;
};
/** For whoever looks at many deletions. */
export type ListPorts = { lists: TombstoneLists };
/** Numbers of deletions that are not over, as an index shows them. */
export type Standing = Record<'waiting' | 'open' | 'failed' | 'held', number>;
/**
 * `malformed`: ids of stored tombstones that cannot be read. Absent when there are none. The other tombstones are still
 * listed.
 */
export type TombstonePage = { tombstones: Tombstone[]; cursor?: string; malformed?: VideoId[] };
export type TombstoneQuery = TombstoneFilter & { at: Date; cursor?: string; limit: number };

export type Caller = { id: string; isAdmin: boolean; isActive: boolean };
export type VideoRow = {
  ownerId: string;
  status: 'uploading' | 'processing' | 'ready' | 'failed' | 'rejected';
  hidden: boolean;
  /** The values of url_hls, url_mp4 and thumbnail, without empty ones. */
  urls: string[];
  /** Execution ARNs from processing_runs. */
  runs: string[];
};

/** A row of another video, which names something that this video's row names as well. */
export type NamingRow = { videoId: VideoId; urls: string[]; runs: string[] };

/** The platform's database. Every method is safe to repeat. A row that is not there counts as success. */
export type VideoRows = {
  /** The caller's account and the video, each if it exists, in one round trip. */
  find(callerId: string, videoId: VideoId): Promise<{ caller?: Caller; video?: VideoRow }>;
  /** The caller's account alone. */
  findCaller(callerId: string): Promise<Caller | undefined>;
  /**
   * Marks the video as hidden at `at`. A mark that is there stays, because the platform may have set it, but for the
   * marks of `earlier` deletions of ours.
   */
  hide(videoId: VideoId, at: Date, earlier?: readonly Date[]): Promise<void>;
  /** Takes the mark away, if it is `at` or one of `earlier`. Any other mark stays. */
  restore(videoId: VideoId, at: Date, earlier?: readonly Date[]): Promise<void>;
  /** The execution ARNs registered for the video. */
  runs(videoId: VideoId): Promise<string[]>;
  /** Which of the ids are those of videos that have a row, hidden videos included. */
  existing(videoIds: readonly VideoId[]): Promise<ReadonlySet<VideoId>>;
  /** Other videos whose URLs hold the id of this one, in any spelling. */
  namersOf(videoId: VideoId): Promise<Pick<NamingRow, 'videoId' | 'urls'>[]>;
  /** Other videos for which one of these runs is registered, too. */
  sharersOf(videoId: VideoId, runs: readonly string[]): Promise<Pick<NamingRow, 'videoId' | 'runs'>[]>;
  /** Deletes at most `limit` rows of the video in one transaction, by indexed keys. Returns how many it deleted. */
  deleteBatch(place: RowPlace, videoId: VideoId, limit: number): Promise<number>;
  /**
   * The last transaction. It deletes the rows left in the child tables and the video, and resolves the pending reports
   * on the video (by `by`, at `at`). If a run is registered that is not in `known`, it deletes nothing: once the row of
   * a run is deleted, nobody could find the run to stop it.
   * @returns counts by table (`reports`: the resolved ones), and in `missed` the runs that were not known
   */
  deleteVideoRow(
    videoId: VideoId,
    resolution: { by: string; at: Date; known: readonly string[] },
  ): Promise<{ counts: Counts; missed: string[] }>;
  /**
   * What is left, by table of the data map. Tables with nothing left are left out. Reports count while they are
   * pending.
   */
  look(videoId: VideoId): Promise<Counts>;
};

/**
 * Called before every batch with what the step has deleted so far, and what else it knows. It throws when the worker
 * must stop.
 */
export type Checkpoint = (removed: Counts, changes?: StepChanges) => Promise<void>;

/**
 * Called with each stray key that is found, and each folder that holds something, before that is deleted, and with each
 * key of a folder that is kept.
 */
export type FoundKey = (key: string, isKept?: boolean) => void;

/** Where storage has data of one video. `others`: keys below its folders that another video's row names. They stay. */
export type StorageTarget = Pick<Target, 'prefix' | 'strayKeys' | 'folders'> & {
  videoId: VideoId;
  ownerId?: string;
  others?: readonly string[];
};
/** S3: `objects`, `versions` (noncurrent), `deleteMarkers`, `uploads`, `bytes`. Local files: `files`, `bytes`. */
export type VideoObjects = {
  /**
   * Deletes everything of the target and nothing else. If an object fails, it continues and fails at the end.
   * @param notListed gets the kinds that the store could not list
   * @returns what it deleted, by kind; kinds of zero are left out
   * @throws {StepFailed} with what was deleted, when something is left; {ObjectsLocked} when retention protects it
   */
  deleteAll(target: StorageTarget, checkpoint: Checkpoint, found?: FoundKey, notListed?: Set<string>): Promise<Counts>;
  /** What is there now, by kind. Kinds of zero are left out. @param notListed as above */
  look(target: StorageTarget, notListed?: Set<string>): Promise<Counts>;
};

/** The platform's cache. Each command uses one key, so it works with a cluster. */
export type VideoCache = {
  /** Sets `key` to `value` for `seconds`. */
  fence(key: string, value: string, seconds: number): Promise<void>;
  lift(key: string): Promise<void>;
  /**
   * Deletes the keys, the pages that the set `pagesIn` lists, and the set. Other keys in the set stay: `others`.
   * Returns how many there were; with `atLeast`, there may have been more, because an answer was lost.
   * @throws {StepFailed} with the counts so far
   */
  invalidate(
    keys: readonly string[],
    pagesIn?: string,
  ): Promise<{ keys: number; pages: number; others?: number; atLeast?: true }>;
  /** Makes all pages of the feed stale at once (`INCR feed:version`). For platforms that list no pages. */
  ageFeeds(): Promise<void>;
  /** How many of the keys, and of the pages in the set, exist. */
  look(keys: readonly string[], pagesIn: string): Promise<{ keys: number; pages: number }>;
};

export type RunState = 'running' | 'ended' | 'unknown';
/** The runs that process videos. The name of a run is its execution ARN. */
export type VideoRuns = {
  /** The ARN of the run with this name. */
  named(name: string): string;
  state(run: string): Promise<RunState>;
  /** Stops the run. A run that has ended or never existed counts as success, and the result says so. */
  stop(run: string): Promise<'stopped' | 'ended' | 'unknown'>;
};

/** The caches at the edge. */
export type Edge = {
  /** @throws {TooManyInvalidations} when the edge accepts no more now */
  invalidate(
    paths: readonly string[],
    callerReference: string,
  ): Promise<{ invalidationId: string; completed: boolean }>;
  /** @throws {UnknownInvalidation} */
  isCompleted(invalidationId: string): Promise<boolean>;
};

/**
 * Makes the edge refuse videos within seconds, even if it has copies. Closing a closed gate, or opening an open one,
 * succeeds.
 */
export type Gate = {
  close(videoIds: readonly VideoId[]): Promise<void>;
  open(videoIds: readonly VideoId[]): Promise<void>;
  /** True when half of what the gate can hold is taken: the rest is for deletions whose work begins. */
  isHalfFull(): Promise<boolean>;
};

export type DeletionMessage = { videoId: VideoId; deletionId: string };
/**
 * What a message says besides its body, by its sender. `bySweeper`: the sweeper sends it. `failedAfter`: it is a dead
 * letter of this deletion, whose history had so many entries before it failed. A redrive keeps both. `redrivenBy`: who
 * moved it back from the dead-letter queue, if that was this time.
 */
export type MessageMarks = { bySweeper?: boolean; failedAfter?: number; redrivenBy?: string };
/** How a message is sent. `groupId`: the owner (fair queues). */
export type SendOptions = { delaySeconds?: number; groupId: string } & MessageMarks;
/** A message as a worker receives it. `sentAt`: when the queue took it, by the queue's clock, if the queue tells. */
export type ReceivedMessage = DeletionMessage & { sentAt?: Date } & MessageMarks;
/** A queue. `delaySeconds` is cut to SQS's limit of 900. */
export type Queue = { send(message: DeletionMessage, options: SendOptions): Promise<void> };

export type Events = {
  /** Publishes all events or throws. The same event may be published more than once. */
  publish(events: readonly PublishedEvent[]): Promise<void>;
};
export type PublishedEvent = OutboxEvent & { videoId: VideoId; deletionId: string; ownerId: string };

/** Signs receipts as a compact JWS. */
export type ReceiptSigner = {
  sign(payload: Record<string, unknown>): Promise<string>;
  /** A JWK set (RFC 7517) with the public keys that have signed receipts. */
  publicKeys(): Promise<{ keys: Record<string, unknown>[] }>;
};

/** Tables that the platform derives from rows and does not refresh by itself. */
export type VideoStats = {
  /** Refreshes them if they still name a deleted video. Returns true if it did. */
  refreshIfStale(): Promise<boolean>;
};

/**
 * All ports, as the composition root builds them. A function names only those that it uses. Absent: not in this
 * environment.
 */
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
  /** What every receipt states of the system that issues it. */
  receiptIssuer: ReceiptIssuer;
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
  /**
   * For tests: a change that breaks an invariant is never written. In production, a tombstone that is already broken
   * can still be changed.
   */
  isStrict?: boolean;
};
