import { ApiError } from './ApiError.ts';

/**
 * The server's clock minus this one, in milliseconds: an undo window ends by the server's clock. Its `Date` has no parts of
 * a second, so the latest time that it can mean counts: undo is never offered for longer than it works.
 */
let clockOffset = 0;
export const serverNow = () => Date.now() + clockOffset;

export type Sent = { method: string; path: string; token?: string; body?: unknown };

/** One request. @throws {ApiError} for every answer that is not a success, and for none at all */
export async function send({ method, path, token, body }: Sent): Promise<Response> {
  const headers = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(path, { method, headers, ...content }).catch(() => {
    throw new ApiError(0, `${method} ${path}: no answer`);
  });
  const date = Date.parse(answer.headers.get('date') ?? '');
  if (!Number.isNaN(date)) clockOffset = date + 999 - Date.now();
  if (!answer.ok) throw await toError(answer, `${method} ${path}`);
  return answer;
}

/** Reads a problem (RFC 9457) if it is one; the gateway's own `{message}` says no more than the status. */
async function toError(answer: Response, call: string): Promise<ApiError> {
  const isProblem = answer.headers.get('content-type')?.startsWith('application/problem+json');
  const problem = isProblem ? await answer.json().catch(() => ({})) : {};
  const errors: { videoId: string; status: number }[] = problem.errors ?? [];
  const refused = new Map(errors.map(({ videoId, status }) => [videoId, status]));
  return new ApiError(answer.status, `${call}: ${answer.status} ${problem.detail ?? ''}`.trim(), refused);
}
