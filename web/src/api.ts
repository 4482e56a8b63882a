import { texts } from './texts.ts';

export type Account = { userId: string; username: string; role: string };
export type User = {
  id: string;
  username: string;
  created_at: string;
  stats: { videos_uploaded: number; total_likes_received: number; total_views: number };
};
export type DeletionState = 'pending' | 'running' | 'settling' | 'deleted' | 'failed' | 'held' | 'cancelled';
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
  deletion?: DeletionState;
};
export type StepName =
  | 'hide'
  | 'cancelRuns'
  | 'deleteObjects'
  | 'deleteRows'
  | 'invalidateCache'
  | 'invalidateEdge'
  | 'verify';
export type Step = {
  name: StepName;
  state: 'waiting' | 'provisional' | 'done' | 'failed' | 'skipped';
  attempts: number;
  counts: Record<string, number>;
};
export type Deletion = {
  videoId: string;
  deletionId: string;
  state: DeletionState;
  undoableUntil: string;
  hidden: boolean;
  steps: Step[];
  links: { self: string; receipt?: string };
};

/** A call that did not succeed. The message is fit to be shown; `status` is 0 when there was no answer. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What to tell the user about anything that was thrown. */
export function inWords(error: unknown): string {
  return error instanceof ApiError ? error.message : texts.problems.other;
}

/** The accounts that the local system lets one sign in as. */
export async function listAccounts(): Promise<Account[]> {
  const answer = await send('GET', '/local/accounts');
  return (await answer.json()).accounts;
}

export async function signIn(userId: string): Promise<string> {
  const answer = await send('POST', `/local/accounts/${encodeURIComponent(userId)}/token`);
  return (await answer.json()).token;
}

export type Api = ReturnType<typeof createApi>;

/** The calls of the page, in one user's name. A refusal throws `ApiError`; `signedOut` hears of a token that no longer holds. */
export function createApi(token: string, signedOut: () => void) {
  const video = (videoId: string) => `/api/v1/videos/${encodeURIComponent(videoId)}`;
  const call = (method: string, path: string) =>
    send(method, path, token).catch((error) => {
      if (error instanceof ApiError && error.status === 401) signedOut();
      throw error;
    });
  const json = async <T>(method: string, path: string): Promise<T> => (await call(method, path)).json();
  return {
    me: () => json<User>('GET', '/api/v1/users/me'),
    myVideos: (cursor?: string) => {
      const query = new URLSearchParams({ include: 'deleting', ...(cursor && { cursor }) });
      return json<{ videos: Video[]; cursor?: string }>('GET', `/api/v1/users/me/videos?${query}`);
    },
    requestDeletion: (videoId: string) => json<Deletion>('DELETE', video(videoId)),
    deletion: (videoId: string) => json<Deletion>('GET', `${video(videoId)}/deletion`),
    undo: (videoId: string) => json<Deletion>('POST', `${video(videoId)}/deletion/undo`),
    receipt: async (videoId: string) => (await call('GET', `${video(videoId)}/deletion/receipt`)).text(),
  };
}

/**
 * The server's clock minus this one, in milliseconds: an undo window ends by the server's clock. Its `Date` has no parts of
 * a second, so the latest time that it can mean counts: undo is never offered for longer than it works.
 */
let clockOffset = 0;
export const serverNow = () => Date.now() + clockOffset;

async function send(method: string, path: string, token?: string): Promise<Response> {
  const headers = token ? { authorization: `Bearer ${token}` } : undefined;
  const answer = await fetch(path, { method, headers }).catch(() => {
    throw new ApiError(0, texts.problems.offline);
  });
  const date = Date.parse(answer.headers.get('date') ?? '');
  if (!Number.isNaN(date)) clockOffset = date + 999 - Date.now();
  if (!answer.ok) throw await toError(answer);
  return answer;
}

/** Prefers the detail of a problem (RFC 9457); the gateway's own `{message}` is no text for people. */
async function toError(answer: Response): Promise<ApiError> {
  const isProblem = answer.headers.get('content-type')?.startsWith('application/problem+json');
  const problem = isProblem ? await answer.json().catch(() => ({})) : {};
  const known = Object.entries(texts.problems).find(([status]) => status === String(answer.status));
  return new ApiError(answer.status, problem.detail ?? known?.[1] ?? texts.problems.other);
}
