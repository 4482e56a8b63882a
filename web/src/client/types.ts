/** What the API answers, as docs/openapi.json describes it; a test holds the two together. */

export type User = {
  id: string;
  username: string;
  created_at: string;
  stats: { videos_uploaded: number; total_likes_received: number; total_views: number };
};

export type Video = {
  id: string;
  title: string;
  description: string | null;
  status: 'uploading' | 'processing' | 'ready' | 'failed' | 'rejected';
  url_hls: string | null;
  thumbnail: string | null;
  duration_seconds: number | null;
  created_at: string;
  likes: number;
  views: number;
  /** The state of its deletion, where those being deleted were asked for. */
  deletion?: DeletionState;
};

export const DELETION_STATES = [
  'none',
  'pending',
  'running',
  'settling',
  'deleted',
  'failed',
  'held',
  'cancelled',
] as const;
/** `none`: nobody has asked for it; only an admin who releases a video that was held sees that. */
export type DeletionState = (typeof DELETION_STATES)[number];

export type StepName =
  | 'hide'
  | 'cancelRuns'
  | 'deleteObjects'
  | 'deleteRows'
  | 'invalidateCache'
  | 'invalidateEdge'
  | 'verify';

export type Counts = Record<string, number>;

export type Step = {
  name: StepName;
  state: 'waiting' | 'provisional' | 'done' | 'failed' | 'skipped';
  attempts: number;
  /** How often it failed, if it ever did. */
  failures?: number;
  counts: Counts;
  startedAt?: string;
  finishedAt?: string;
  error?: string;
};

export type HistoryEntry = {
  at: string;
  from: DeletionState;
  to: DeletionState;
  by: string;
  detail?: Counts | { code: string; caseNumber?: string };
  hash: string;
};

export const HOLD_CODES = ['litigation', 'investigation', 'regulator', 'dispute', 'other'] as const;
export type HoldReason = { code: (typeof HOLD_CODES)[number]; caseNumber: string };

/** What only admins are shown of a deletion. The history is left out in lists. */
export type AdminView = {
  ownerId: string;
  requestedBy: string;
  hold?: HoldReason & { by: string; at: string; stopped: boolean };
  heldFrom?: DeletionState;
  edge?: { paths: number; invalidationId?: string; completedAt?: string; gatedAt?: string };
  late: Counts;
  interrupted: number;
  receipts: number;
  history: HistoryEntry[];
  folded?: { count: number; hash: string };
};

export type Deletion = {
  videoId: string;
  deletionId: string;
  state: DeletionState;
  reason: 'owner' | 'admin' | 'account';
  requestedAt: string;
  undoableUntil: string;
  hidden: boolean;
  hiddenAt?: string;
  deletedAt?: string;
  steps: Step[];
  attempts: number;
  dueAt?: string;
  links: { self: string; receipt?: string };
} & Partial<AdminView>;

/** What became of one of several videos that were asked to be deleted together. */
export type DeletionResult = { videoId: string; status: number; deletion?: Deletion; detail?: string };

export type Page<Name extends string, Item> = { [name in Name]: Item[] } & { cursor?: string };

/** `sees`: whose deletions the caller may see: everybody's (admins), or his own. */
export type DeletionPage = Page<'deletions', Deletion> & { sees: 'all' | 'own' };

export type DeletionQuery = { state?: DeletionState; ownerId?: string; cursor?: string; limit?: number };
