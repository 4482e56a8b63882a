import { generateKeyPairSync, sign } from 'node:crypto';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { receiptOf } from '../../functions/deletion/record/receipt.ts';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import { MODULUS_LENGTH, publicKeyOf, signReceipt } from '../../functions/stores/signing/receipt-key.ts';
import type { HttpApiEvent } from '../../local/gateway/event.ts';
import type { GatewayRoute } from '../../local/gateway/gateway.ts';
import type { Deletion, Figures, Video } from '../../web/src/client/types.ts';
import { aTombstone } from './a-tombstone.ts';
import { ADMIN, type CannedDeletions, createCannedDeletions, UNDO_SECONDS } from './canned-deletions.ts';
import { cannedUser, OWNER, serveMedia, VIDEOS } from './canned-videos.ts';
import { createOpenApiCheck } from './openapi.ts';
import { ISSUER } from './rules.ts';

type Answer = APIGatewayProxyStructuredResultV2;
type Call = { videoId: string; isAdmin: boolean; query: Record<string, string | undefined>; body: unknown };
type Platform = {
  deletions: CannedDeletions;
  videos: Video[];
  pageSize: number;
  /** True for a platform that searches, filters, orders and counts by itself. */
  searches: boolean;
  signReceipt: Signed;
};
type Signed = ReturnType<typeof createSigner>;

const VIDEO = '/api/v1/videos/{videoId}';

export type CannedApi = Awaited<ReturnType<typeof createCannedApi>>;

/** A platform for the page alone: deletions stand still in memory until a test moves them. */
export async function createCannedApi() {
  const deletions = createCannedDeletions(OWNER);
  const platform: Platform = {
    ...{ deletions, videos: [...VIDEOS], pageSize: 20, searches: false },
    signReceipt: createSigner(deletions),
  };
  const requests: string[] = [];
  const mistakes: unknown[] = [];
  const { expectMatches } = createOpenApiCheck();

  const record = (event: HttpApiEvent, answer: Answer): Answer => {
    const { method } = event.requestContext.http;
    requests.push(`${method} ${event.rawPath}`);
    try {
      expectMatches(method, event.rawPath, answer.statusCode ?? 200, answer.headers ?? {}, answer.body);
    } catch (error) {
      mistakes.push(error);
    }
    return answer;
  };
  const routes = Object.entries(answersOf(platform)).map(([key, answer]): GatewayRoute => {
    const [method = '', path = ''] = key.split(' ');
    const authorizer = path.endsWith('/jwks.json') ? 'none' : 'jwt';
    return { method, path, authorizer, handler: async (event) => record(event, await answer(callIn(event))) };
  });
  return Object.assign(platform, {
    /** What was called, in order. */
    requests,
    /** Where the canned answers themselves are not as the OpenAPI file says. */
    mistakes,
    routes,
    mount: serveMedia(UNDO_SECONDS),
  });
}

function callIn(event: HttpApiEvent): Call {
  const body = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString() : event.body;
  return {
    videoId: event.pathParameters?.videoId ?? '',
    isAdmin: event.requestContext.authorizer?.jwt.claims.sub === ADMIN,
    query: event.queryStringParameters ?? {},
    body: body ? JSON.parse(body) : undefined,
  };
}

function answersOf(platform: Platform): Record<string, (call: Call) => Answer | Promise<Answer>> {
  const { deletions, signReceipt } = platform;
  const deletion = ({ videoId, isAdmin }: Call, status = 200): Answer => {
    const found = deletions.view(videoId, isAdmin);
    return found ? answerOf(status, found, status === 202 ? waiting(videoId) : {}) : problem(404, 'Not Found');
  };
  const move = (call: Call, state: Deletion['state'], status: number) => {
    deletions.move(call.videoId, state, call.isAdmin ? ADMIN : OWNER);
    return deletion(call, status);
  };
  return {
    'GET /api/v1/users/me': () => answerOf(200, cannedUser(platform.videos.filter(({ id }) => !deletions.stateOf(id)))),
    'GET /api/v1/users/me/videos': ({ query }) => answerOf(200, pageOf(platform, query)),
    [`DELETE ${VIDEO}`]: (call) => move(call, 'pending', 202),
    'POST /api/v1/deletions': ({ body, isAdmin }) => {
      const { videoIds } = body as { videoIds: string[] };
      for (const id of videoIds) deletions.move(id, 'pending', OWNER);
      const results = videoIds.map((videoId) => ({ videoId, status: 202, deletion: deletions.view(videoId, isAdmin) }));
      return answerOf(202, { results });
    },
    'POST /api/v1/deletions/undo': ({ body, isAdmin }) => {
      const { videoIds } = body as { videoIds: string[] };
      for (const id of videoIds) deletions.move(id, 'cancelled', OWNER);
      const results = videoIds.map((videoId) => ({ videoId, status: 200, deletion: deletions.view(videoId, isAdmin) }));
      return answerOf(200, { results });
    },
    [`GET ${VIDEO}/deletion`]: deletion,
    [`POST ${VIDEO}/deletion/undo`]: (call) => move(call, 'cancelled', 200),
    [`POST ${VIDEO}/deletion/now`]: (call) => move(call, 'running', 202),
    [`POST ${VIDEO}/deletion/replay`]: (call) => move(call, 'running', 202),
    [`GET ${VIDEO}/deletion/receipt`]: async ({ videoId }) =>
      answerOf(200, await signReceipt.sign(videoId), { 'content-type': 'application/jose' }),
    [`GET ${VIDEO}/deletion/receipts`]: async ({ videoId }) =>
      answerOf(200, { receipts: [await signReceipt.sign(videoId)] }),
    'GET /api/v1/receipts/jwks.json': () =>
      answerOf(200, { keys: [signReceipt.key] }, { 'content-type': 'application/jwk-set+json' }),
    'GET /api/v1/deletions': ({ isAdmin, query }) => {
      const states = statesIn(query);
      const found = deletions.list(isAdmin).filter(({ state, ownerId }) => {
        return (!states || states.includes(state)) && (!query.ownerId || ownerId === query.ownerId);
      });
      return answerOf(200, { deletions: found, sees: isAdmin ? 'all' : 'own' });
    },
    'GET /api/v1/deletions/figures': () => answerOf(200, figuresOf(deletions.list(true))),
    [`PUT ${VIDEO}/hold`]: (call) => {
      deletions.hold(call.videoId, call.body as Parameters<CannedDeletions['hold']>[1]);
      return deletion(call);
    },
    [`DELETE ${VIDEO}/hold`]: (call) => {
      deletions.hold(call.videoId, undefined);
      return deletion(call, 202);
    },
  };
}

/** Everything was requested just now. Nothing is overdue. */
function figuresOf(all: readonly Deletion[]): Figures {
  const hour = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000);
  const count = (...states: string[]) => all.filter(({ state }) => states.includes(state)).length;
  const states = Object.fromEntries([...new Set(all.map(({ state }) => state))].map((one) => [one, count(one)]));
  const isFailed = count('failed') > 0;
  return {
    since: new Date(hour.getTime() - 82_800_000).toISOString(),
    until: new Date(hour.getTime() + 3_599_000).toISOString(),
    now: {
      waiting: count('pending'),
      open: count('running', 'settling'),
      failed: count('failed'),
      held: count('held'),
    },
    requested: all.length,
    states,
    failures: isFailed ? [{ step: 'deleteObjects', code: 'AccessDenied', count: count('failed') }] : [],
    hours:
      all.length > 0
        ? [{ hour: hour.toISOString(), requested: all.length, states, seconds: { p50: 12, p95: 40 } }]
        : [],
  };
}

function statesIn({ state, waiting, open, overdue }: Call['query']): string[] | undefined {
  if (overdue) return [];
  if (waiting) return ['pending'];
  return open ? ['running', 'settling'] : state?.split(',');
}

function pageOf({ videos, deletions, pageSize, searches }: Platform, query: Call['query']) {
  const { cursor, only, q = '', sort, limit } = query;
  const listed = videos.flatMap((video) => {
    const deletion = deletions.stateOf(video.id);
    const isLeftOut = deletion === 'deleted' || (only === 'deleting' && !deletion);
    return isLeftOut ? [] : [{ ...video, ...(deletion && { deletion }) }];
  });
  const found = listed.filter(({ title }) => !searches || title.toLowerCase().includes(q.toLowerCase()));
  if (searches && sort === 'title') found.sort((one, other) => (one.title < other.title ? -1 : 1));
  const from = Number(cursor ?? 0);
  const next = from + (searches && limit ? Number(limit) : pageSize);
  const total = found.filter((video) => !('deletion' in video)).length;
  return {
    videos: found.slice(from, next),
    ...(next < found.length && { cursor: String(next) }),
    ...(searches && { total }),
  };
}

/** Signs receipts of the canned deletions as the service does, with a key of its own. */
function createSigner(deletions: CannedDeletions) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: MODULUS_LENGTH });
  const key = publicKeyOf(publicKey.export({ format: 'jwk' }));
  const issued = new Map<string, string>();
  return {
    key,
    /** The service keeps what it has issued. */
    async sign(videoId: string): Promise<string> {
      const receipt = issued.get(videoId) ?? (await this.signAnew(videoId));
      issued.set(videoId, receipt);
      return receipt;
    },
    async signAnew(videoId: string): Promise<string> {
      const receipt = receiptOf(recordOf(deletions, videoId), { id: videoId, at: new Date(), issuer: ISSUER });
      return await signReceipt(receipt, key, (message) => sign('sha256', Buffer.from(message), privateKey));
    },
  };
}

/** The record of a deletion as it is when its receipt is written: before the move to `deleted`. */
function recordOf(deletions: CannedDeletions, videoId: string) {
  const { deletionId, history = [], requestedAt, ownerId, requestedBy } = deletions.view(videoId, true) ?? {};
  const before = history.at(-1)?.to === 'deleted' ? history.slice(0, -1) : history;
  const base = aTombstone({ videoId: parseVideoId(videoId) });
  if (!deletionId || !requestedAt || !ownerId || !requestedBy) return base;
  const requests = base.requests.map((request) => ({ ...request, by: requestedBy, at: requestedAt }));
  return { ...base, deletionId, history: before, requestedAt, ownerId, requests };
}

const waiting = (videoId: string) => ({ location: `/api/v1/videos/${videoId}/deletion`, 'retry-after': 1 });

function problem(status: number, title: string): Answer {
  return answerOf(status, { type: 'about:blank', title, status }, { 'content-type': 'application/problem+json' });
}

function answerOf(statusCode: number, body: object | string, headers: Record<string, string | number> = {}): Answer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { statusCode, headers: { 'content-type': 'application/json', ...headers }, body: text };
}
