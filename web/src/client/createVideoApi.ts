import { statusOf } from './ApiError.ts';
import { type Sent, send } from './send.ts';
import type {
  Deletion,
  DeletionPage,
  DeletionQuery,
  DeletionResults,
  HoldReason,
  JwkSet,
  User,
  VideoPage,
} from './types.ts';

export type VideoApi = ReturnType<typeof createVideoApi>;

export type VideoApiOptions = {
  /** The access token of the user who is signed in, for each call anew. */
  token: () => string | Promise<string>;
  /** Hears of a token that no longer holds. */
  signedOut?: () => void;
  /** Where the API is, without a slash at the end; by default where the page is. */
  baseUrl?: string;
};

/** The API's calls, in one user's name. Every method throws `ApiError` when it is refused or not answered. */
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
    /** The user's videos, the newest first, and among them those that are being deleted. */
    myVideos: (cursor?: string) =>
      json<VideoPage>('GET', `/users/me/videos${queryOf({ include: 'deleting', cursor })}`),
    requestDeletion: (videoId: string) => json<Deletion>('DELETE', video(videoId)),
    /** All or none are refused; those accepted are told one by one. At most 100. */
    requestDeletions: async (videoIds: readonly string[]) =>
      (await json<DeletionResults>('POST', '/deletions', { videoIds })).results,
    deletion: (videoId: string) => json<Deletion>('GET', `${video(videoId)}/deletion`),
    undo: (videoId: string) => json<Deletion>('POST', `${video(videoId)}/deletion/undo`),
    /** A compact JWS. */
    receipt: async (videoId: string) => (await call('GET', `${video(videoId)}/deletion/receipt`)).text(),
    /** The keys that sign receipts: a JWK set. */
    receiptKeys: () => json<JwkSet>('GET', '/receipts/jwks.json'),
    deletions: (query: DeletionQuery = {}) => json<DeletionPage>('GET', `/deletions${queryOf(query)}`),
    /** For admins. */
    replay: (videoId: string) => json<Deletion>('POST', `${video(videoId)}/deletion/replay`),
    /** For admins. `stopped` of the hold tells whether the last worker has given way. */
    hold: (videoId: string, reason: HoldReason) => json<Deletion>('PUT', `${video(videoId)}/hold`, reason),
    /** For admins. */
    release: (videoId: string, reason: HoldReason) => json<Deletion>('DELETE', `${video(videoId)}/hold`, reason),
  };
}

function queryOf(parameters: Record<string, string | number | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, `${value}`);
  return query.size > 0 ? `?${query}` : '';
}
