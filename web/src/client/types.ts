import type { DeletionState, HoldReason, Step } from './api.ts';

/** What the API takes and answers. `npm run types:api` writes these types from its description, docs/openapi.json. */
export type {
  Counts,
  Deletion,
  DeletionPage,
  DeletionResult,
  DeletionResults,
  DeletionState,
  Figures,
  HistoryEntry,
  HoldReason,
  JwkSet,
  Problem,
  Step,
  User,
  Video,
  VideoPage,
} from './api.ts';

export type StepName = Step['name'];

export const DELETION_STATES = [
  'none',
  'pending',
  'running',
  'settling',
  'deleted',
  'failed',
  'held',
  'cancelled',
] as const satisfies readonly DeletionState[];

export const HOLD_CODES = [
  'litigation',
  'investigation',
  'regulator',
  'dispute',
  'other',
] as const satisfies readonly HoldReason['code'][];

/** Neither list may lack a word of the description: a missing text would show as its key. */
type Lacks<All, Listed> = [Exclude<All, Listed>] extends [never] ? false : true;
false satisfies Lacks<DeletionState, (typeof DELETION_STATES)[number]>;
false satisfies Lacks<HoldReason['code'], (typeof HOLD_CODES)[number]>;

export type DeletionQuery = {
  /** One state, or several with commas between them. */
  state?: string;
  ownerId?: string;
  open?: true;
  waiting?: true;
  overdue?: true;
  since?: string;
  until?: string;
  cursor?: string;
  limit?: number;
};

/** Search, filter and order: only for a platform whose pages have a `total`. */
export type VideoQuery = {
  cursor?: string | undefined;
  only?: 'deleting';
  q?: string | undefined;
  status?: 'ready' | 'processing' | 'failed' | undefined;
  sort?: 'newest' | 'oldest' | 'viewed' | 'longest' | 'title' | undefined;
  limit?: number;
};
