import { statusOf } from './ApiError.ts';
import { type Sent, send } from './send.ts';
import type {
  Deletion,
  DeletionPage,
  DeletionQuery,
  DeletionResults,
  Figures,
  HoldReason,
  JwkSet,
  User,
  VideoPage,
  VideoQuery,
} from './types.ts';

export type VideoApi = ReturnType<typeof createVideoApi>;

export type VideoApiOptions = {
  /** Returns the access token of the signed-in user. Each call asks for it again. */
  token: () => string | Promise<string>;
  /** Called when the API no longer accepts the token. */
  signedOut?: () => void;
  /** The address of the API, without a slash at the end. By default the API has the page's own origin. */
  baseUrl?: string;
};

/** The API's calls on behalf of one user. Every method throws `ApiError` if the API refuses or does not answer. */
export function createVideoApi({ token, signedOut, baseUrl = '' }: VideoApiOptions) {
  const call = async (method: string, path: string, body?: unknown) => {
    const sent: Sent = { method, path: `${baseUrl}/api/v1${path}`, token: await token(), body };
    return await send(sent).catch((error) => {
      if (statusOf(error) === 401) signedOut?.();
      throw error;
    });
  };
  const json = async <T>(...request: Parameters<typeof call>) => (await (await call(...request)).json()) as T;
  const video = (videoId: string) => `/videos/${encodeURIComponent(videoId)}`;
  return {
    me: () => json<User>('GET', '/users/me'),
    /** The user's videos, also those that are being deleted; or only those. See `VideoQuery`. */
    myVideos: (query: VideoQuery = {}) =>
      json<VideoPage>('GET', `/users/me/videos${queryOf({ include: 'deleting', ...query })}`),
    requestDeletion: (videoId: string) => json<Deletion>('DELETE', video(videoId)),
    /** At most 100 videos. The API refuses all of them or none. Each result tells what became of one video. */
    requestDeletions: async (videoIds: readonly string[]) =>
      (await json<DeletionResults>('POST', '/deletions', { videoIds })).results,
    deletion: (videoId: string) => json<Deletion>('GET', `${video(videoId)}/deletion`),
    undo: (videoId: string) => json<Deletion>('POST', `${video(videoId)}/deletion/undo`),
    /** At most 100 deletions. Each result tells what became of one video. */
    undoDeletions: async (videoIds: readonly string[]) =>
      (await json<DeletionResults>('POST', '/deletions/undo', { videoIds })).results,
    /** Ends the time to undo: the deletion begins. */
    now: (videoId: string) => json<Deletion>('POST', `${video(videoId)}/deletion/now`),
    /** The receipt as a compact JWS. */
    receipt: async (videoId: string) => (await call('GET', `${video(videoId)}/deletion/receipt`)).text(),
    /** Every receipt of the deletion, oldest first. */
    receipts: async (videoId: string) =>
      (await json<{ receipts: string[] }>('GET', `${video(videoId)}/deletion/receipts`)).receipts,
    /** The keys that sign receipts: a JWK set. */
    receiptKeys: () => json<JwkSet>('GET', '/receipts/jwks.json'),
    deletions: (query: DeletionQuery = {}) => json<DeletionPage>('GET', `/deletions${queryOf(query)}`),
    /** For admins: figures of every deletion of a period, by default of the last day, and what stands now. */
    figures: (period: { since?: string; until?: string } = {}) =>
      json<Figures>('GET', `/deletions/figures${queryOf(period)}`),
    /** For admins. */
    replay: (videoId: string) => json<Deletion>('POST', `${video(videoId)}/deletion/replay`),
    /** For admins. `hold.stopped` of the answer tells whether the last worker has stopped. */
    hold: (videoId: string, reason: HoldReason) => json<Deletion>('PUT', `${video(videoId)}/hold`, reason),
    /** For admins. */
    release: (videoId: string, reason: HoldReason) => json<Deletion>('DELETE', `${video(videoId)}/hold`, reason),
  };
}

function queryOf(parameters: Record<string, string | number | boolean | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, `${value}`);
  return query.size > 0 ? `?${query}` : '';
}
