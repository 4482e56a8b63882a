import { afterEach, describe, expect, test, vi } from 'vitest';
import { matchRoute } from '../../local/gateway/match-route.ts';
import { createVideoApi, type VideoApi } from '../../web/src/client/createVideoApi.ts';
import {
  DELETION_STATES,
  type Deletion,
  type DeletionResult,
  type HistoryEntry,
  HOLD_CODES,
  type HoldReason,
  type Step,
  type User,
  type Video,
} from '../../web/src/client/types.ts';
import { createSchemaCheck, operationsOf, readOpenApi, resolve } from '../support/openapi.ts';

const ID = '0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c11';
const AT = '2026-11-22T10:00:00Z';
const HASH = 'a'.repeat(64);
const REASON: HoldReason = { code: 'litigation', caseNumber: '2026/117' };

const document = readOpenApi();
const operations = operationsOf(document);
const check = createSchemaCheck(document);

describe('the API has every call of the client', () => {
  const calls: { [name in keyof VideoApi]: (api: VideoApi) => Promise<unknown> } = {
    me: (api) => api.me(),
    myVideos: (api) => api.myVideos({ cursor: 'next', q: 'sea', status: 'ready', sort: 'title', limit: 100 }),
    requestDeletion: (api) => api.requestDeletion(ID),
    requestDeletions: (api) => api.requestDeletions([ID]),
    deletion: (api) => api.deletion(ID),
    undo: (api) => api.undo(ID),
    now: (api) => api.now(ID),
    undoDeletions: (api) => api.undoDeletions([ID]),
    receipt: (api) => api.receipt(ID),
    receipts: (api) => api.receipts(ID),
    receiptKeys: (api) => api.receiptKeys(),
    figures: (api) => api.figures(),
    deletions: (api) => api.deletions({ state: 'failed', ownerId: ID, cursor: 'next', limit: 100 }),
    replay: (api) => api.replay(ID),
    hold: (api) => api.hold(ID, REASON),
    release: (api) => api.release(ID, REASON),
  };
  afterEach(() => vi.unstubAllGlobals());

  test.each(Object.entries(calls))('%s', async (_name, call) => {
    const fetched = vi.fn(async (_url: string, _request: RequestInit) => Response.json({}));
    vi.stubGlobal('fetch', fetched);
    await call(createVideoApi({ token: () => 'token', baseUrl: 'https://api.test' }));
    const [url = '', request] = fetched.mock.calls[0] ?? [];
    const { pathname, searchParams } = new URL(url);
    const match = matchRoute(operations, request?.method ?? '', pathname.slice(1).split('/'));
    expect(match, pathname).toBeDefined();
    const { parameters = [], requestBody } = match?.route.operation ?? {};
    const known = parameters.map((parameter) => resolve(document, parameter as { name: string }).name);
    expect(known).toEqual(expect.arrayContaining([...searchParams.keys()]));
    const schema = requestBody?.content['application/json']?.schema;
    expect(request?.body !== undefined).toBe(schema !== undefined);
    if (schema) expect(check('body', schema, JSON.parse(String(request?.body)))).toEqual([]);
    expect(request?.headers).toMatchObject({ authorization: 'Bearer token' });
  });
});

/** Every member is required. So the test finds a member that only the client or only the API has. */
type Whole<T> = { [name in keyof T]-?: Exclude<T[name], undefined> };

const step: Whole<Step> = {
  name: 'hide',
  state: 'done',
  attempts: 1,
  failures: 1,
  counts: { objects: 13 },
  atLeast: true,
  startedAt: AT,
  lastStartedAt: AT,
  finishedAt: AT,
  error: 'AccessDenied',
  failed: [{ startedAt: AT, finishedAt: AT, error: 'AccessDenied' }],
};
const entry: Whole<HistoryEntry> = { at: AT, from: 'none', to: 'pending', by: ID, detail: REASON, hash: HASH };
const deletion: Whole<Deletion> = {
  videoId: ID,
  deletionId: ID,
  state: 'running',
  reason: 'owner',
  requestedAt: AT,
  undoableUntil: AT,
  undoable: true,
  hidden: true,
  hiddenAt: AT,
  playable: true,
  deletedAt: AT,
  steps: [step],
  attempts: 0,
  exceptions: {
    notOurs: { count: 1, sha256: HASH },
    interruptedPasses: 1,
    failures: { deleteRows: 1 },
    nothingFound: 'unknown',
    notFound: 1,
    kept: 1,
    sharedRuns: 1,
    notListed: ['uploads'],
    atLeast: ['deleteRows'],
  },
  dueAt: AT,
  links: { self: '/deletion', receipt: '/receipt' },
  ownerId: ID,
  requestedBy: ID,
  requests: [{ by: ID, reason: 'owner', at: AT, until: AT }],
  hold: { ...REASON, by: ID, at: AT, stopped: true },
  heldFrom: 'running',
  edge: { paths: 2, invalidationId: 'I1', completedAt: AT, gatedAt: AT },
  late: {},
  interrupted: 0,
  receipts: 1,
  history: [entry],
  folded: { count: 1, hash: HASH },
};
const result: Whole<DeletionResult> = { videoId: ID, status: 202, deletion, detail: 'busy' };
const user: Whole<User> = {
  id: ID,
  username: 'ada',
  created_at: AT,
  stats: { videos_uploaded: 1, total_likes_received: 2, total_views: 3 },
};
const video: Whole<Video> = {
  id: ID,
  title: 'Tide pools',
  description: null,
  status: 'ready',
  url_hls: '/playlist.m3u8',
  thumbnail: null,
  duration_seconds: 12.5,
  created_at: AT,
  likes: 1,
  views: 2,
  deletion: 'pending',
};

const schemaOf = (name: string) => document.components.schemas[name] as { properties?: object; enum?: string[] };

describe('every type matches the answers of the API', () => {
  test.each([
    ['User', user, 'User'],
    ['Video', video, 'VideoFields'],
    ['Step', step, 'Step'],
    ['HistoryEntry', entry, 'HistoryEntry'],
    ['Hold', deletion.hold, 'Hold'],
    ['HoldReason', REASON, 'HoldReason'],
    ['Deletion', deletion, 'Deletion'],
    ['DeletionResult', result, 'DeletionResult'],
  ])('%s', (schema, whole, members) => {
    expect(check('body', { $ref: `#/components/schemas/${schema}` }, whole)).toEqual([]);
    expect(Object.keys(whole).sort()).toEqual(Object.keys(schemaOf(members).properties ?? {}).sort());
  });

  const enumOf = (schema: string, member: string) =>
    (schemaOf(schema).properties as Record<string, { enum?: string[] }>)[member]?.enum;
  // An object with a missing or an extra key does not compile.
  const steps: Record<Step['name'], true> = {
    hide: true,
    cancelRuns: true,
    deleteObjects: true,
    deleteRows: true,
    invalidateCache: true,
    invalidateEdge: true,
    verify: true,
  };
  const stepStates: Record<Step['state'], true> = {
    waiting: true,
    provisional: true,
    done: true,
    failed: true,
    skipped: true,
  };
  const statuses: Record<Video['status'], true> = {
    uploading: true,
    processing: true,
    ready: true,
    failed: true,
    rejected: true,
  };
  const reasons: Record<NonNullable<Deletion['reason']>, true> = {
    owner: true,
    admin: true,
    account: true,
    orphan: true,
  };
  test.each([
    ['states of a deletion', DELETION_STATES, schemaOf('DeletionState').enum],
    ['codes of a hold', HOLD_CODES, enumOf('HoldReason', 'code')],
    ['steps', Object.keys(steps), enumOf('Step', 'name')],
    ['states of a step', Object.keys(stepStates), enumOf('Step', 'state')],
    ['statuses of a video', Object.keys(statuses), enumOf('VideoFields', 'status')],
    ['reasons of a deletion', Object.keys(reasons), enumOf('Deletion', 'reason')],
  ])('%s', (_what, ours, theirs) => {
    expect([...ours].sort()).toEqual([...(theirs ?? [])].sort());
  });
});
