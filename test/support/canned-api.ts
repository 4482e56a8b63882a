import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { GatewayRoute, Mount } from '../../local/gateway.ts';
import { createOpenApiCheck } from './openapi.ts';

const STEPS = ['hide', 'cancelRuns', 'deleteObjects', 'deleteRows', 'invalidateCache', 'invalidateEdge', 'verify'];
const OWNER = '0190c7a3-1111-7abc-8def-0123456789ab';
const VIDEO = '/api/v1/videos/{videoId}';
export const ACCOUNTS = [
  { userId: OWNER, username: 'ada', role: 'owner' },
  { userId: '0190c7a3-2222-7abc-8def-0123456789ab', username: 'grace', role: 'admin' },
];
export const VIDEOS = [
  videoOf('0190c7a4-0000-7000-8000-000000000001', 'Tide pools at dawn'),
  videoOf('0190c7a4-0000-7000-8000-000000000002', 'A very long title of a video about <b>everything</b> & more'),
  videoOf('0190c7a4-0000-7000-8000-000000000003', 'Rooftop garden', 'processing'),
];

type Answer = APIGatewayProxyStructuredResultV2;
/** The states of the deletions that there are, by video id. */
type States = Map<string, string>;

/** A platform for the page alone: deletions stand still in memory until a test moves them. */
export function createCannedApi() {
  const states: States = new Map();
  const requests: string[] = [];
  const mistakes: unknown[] = [];
  let refusal: Answer | undefined;
  const { expectMatches } = createOpenApiCheck();

  const record = (method: string, path: string, result: Answer): Answer => {
    requests.push(`${method} ${path}`);
    try {
      expectMatches(method, path, result.statusCode ?? 200, result.headers ?? {}, result.body);
    } catch (error) {
      mistakes.push(error);
    }
    return result;
  };
  const routes = Object.entries(answersOf(states)).map(([key, answer]): GatewayRoute => {
    const [method = '', path = ''] = key.split(' ');
    const result = (videoId: string) => (method === 'DELETE' && refusal) || answer(videoId);
    return {
      method,
      path,
      authorizer: 'jwt',
      handler: async (event) => record(method, event.rawPath, result(event.pathParameters?.videoId ?? '')),
    };
  });
  return {
    states,
    /** What was called, in order. */
    requests,
    /** Where the canned answers themselves are not as the OpenAPI file says. */
    mistakes,
    /** What DELETE answers from now on instead of accepting. */
    refuseWith: (status: number, body: object, type = 'application/problem+json') => {
      refusal = answerOf(status, body, { 'content-type': type });
    },
    routes,
    mount: serveMedia,
  };
}

function answersOf(states: States): Record<string, (videoId: string) => Answer> {
  const receipt = `e30.${Buffer.from('{"deleted":"Tide pools, gelöscht"}').toString('base64url')}.c2ln`;
  return {
    'GET /api/v1/users/me': () => answerOf(200, userWith(VIDEOS.length - states.size)),
    'GET /api/v1/users/me/videos': () => answerOf(200, { videos: VIDEOS.flatMap((video) => listed(video, states)) }),
    [`DELETE ${VIDEO}`]: (id) => {
      states.set(id, 'pending');
      return answerOf(202, deletionOf(id, states), { location: `/api/v1/videos/${id}/deletion`, 'retry-after': 1 });
    },
    [`GET ${VIDEO}/deletion`]: (id) => answerOf(200, deletionOf(id, states)),
    [`POST ${VIDEO}/deletion/undo`]: (id) => {
      const undone = { ...deletionOf(id, states), state: 'cancelled', hidden: false };
      states.delete(id);
      return answerOf(200, undone);
    },
    [`GET ${VIDEO}/deletion/receipt`]: () => answerOf(200, receipt, { 'content-type': 'application/jose' }),
  };
}

function videoOf(id: string, title: string, status = 'ready') {
  return {
    id,
    title,
    description: null,
    status,
    url_hls: status === 'ready' ? `/videos/${id}/playlist.m3u8` : null,
    thumbnail: `/videos/${id}/thumbnail.svg`,
    duration_seconds: 12.5,
    created_at: '2026-11-20T08:00:00Z',
    likes: 3,
    views: 3100,
  };
}

function listed(video: (typeof VIDEOS)[number], states: States) {
  const deletion = states.get(video.id);
  return deletion === 'deleted' ? [] : [{ ...video, ...(deletion && { deletion }) }];
}

function userWith(videos: number) {
  const stats = { videos_uploaded: videos, total_likes_received: 9, total_views: 9300 };
  return { id: OWNER, username: 'ada', created_at: '2026-01-02T03:04:05Z', stats };
}

function deletionOf(videoId: string, states: States) {
  const state = states.get(videoId) ?? 'pending';
  const isDone = (index: number) => state === 'deleted' || index < 3;
  const self = `/api/v1/videos/${videoId}/deletion`;
  return {
    videoId,
    deletionId: '0190c7a4-9d02-7e41-8f10-5a1b2c3d4e5f',
    state,
    reason: 'owner',
    requestedAt: new Date().toISOString(),
    undoableUntil: new Date(Date.now() + 10_000).toISOString(),
    hidden: true,
    steps: STEPS.map((name, index) => ({ name, state: isDone(index) ? 'done' : 'waiting', attempts: 1, counts: {} })),
    attempts: 0,
    links: { self, ...(state === 'deleted' && { receipt: `${self}/receipt` }) },
  };
}

function answerOf(statusCode: number, body: object | string, headers: Record<string, string | number> = {}): Answer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { statusCode, headers: { 'content-type': 'application/json', ...headers }, body: text };
}

/** Thumbnails that differ, and playlists with nothing in them. */
const serveMedia: Mount = (request, response) => {
  const id = /^\/videos\/([^/]+)\//.exec(request.url ?? '')?.[1];
  if (!id) return false;
  const isThumbnail = request.url?.endsWith('.svg');
  response.setHeader('content-type', isThumbnail ? 'image/svg+xml' : 'application/vnd.apple.mpegurl');
  const colour = `hsl(${Number(id.at(-1)) * 70} 60% 60%)`;
  const picture = `<svg xmlns="http://www.w3.org/2000/svg"><rect width="100%" height="100%" fill="${colour}"/></svg>`;
  response.end(isThumbnail ? picture : '#EXTM3U\n');
  return true;
};
