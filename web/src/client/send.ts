import { ApiError } from './ApiError.ts';
import type { Problem } from './types.ts';

/**
 * The server's clock minus this clock, in milliseconds. It is needed because an undo window ends by the server's clock.
 * The `Date` header has whole seconds only. Take the end of that second, so that the page never offers an undo too
 * late.
 */
let clockOffset = 0;
export const serverNow = () => Date.now() + clockOffset;

/**
 * How long an answer may take, in milliseconds. The server may carry out a request even if its answer comes too late.
 */
const PATIENCE = 20_000;
/** The status of a call that was not answered in time. It is HTTP's own number for a request that took too long. */
export const TIMED_OUT = 408;

export type Sent = { method: string; path: string; token?: string; body?: unknown };

/** Sends one request. @throws {ApiError} if the answer is not a success, or if no answer comes */
export async function send({ method, path, token, body }: Sent): Promise<Response> {
  const headers = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
  const answer = await answerInTime(path, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const date = Date.parse(answer.headers.get('date') ?? '');
  if (!Number.isNaN(date)) clockOffset = date + 999 - Date.now();
  if (!answer.ok) throw await toError(answer, `${method} ${path}`);
  return answer;
}

async function answerInTime(path: string, request: RequestInit): Promise<Response> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), PATIENCE);
  try {
    return await fetch(path, { ...request, signal: giveUp.signal });
  } catch {
    throw new ApiError(giveUp.signal.aborted ? TIMED_OUT : 0, `${request.method} ${path}: no answer`);
  } finally {
    clearTimeout(timer);
  }
}

/** Reads a problem (RFC 9457) if it is one; the gateway's own `{message}` says no more than the status. */
async function toError(answer: Response, call: string): Promise<ApiError> {
  const isProblem = answer.headers.get('content-type')?.startsWith('application/problem+json');
  const problem = isProblem ? ((await answer.json().catch(() => ({}))) as Partial<Problem>) : {};
  const refused = new Map((problem.errors ?? []).map(({ videoId, status }) => [videoId, status]));
  return new ApiError(answer.status, `${call}: ${answer.status} ${problem.detail ?? ''}`.trim(), refused);
}
