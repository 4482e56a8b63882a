import { expect, vi } from 'vitest';
import type { System } from '../../local/system.ts';
import { type Username, userIdOf } from '../../platform/seed/accounts.ts';
import { SAMPLE_VIDEOS } from '../../platform/seed/sample-videos.ts';
import { createOpenApiCheck } from './openapi.ts';
import { PATIENCE } from './patience.ts';

type Shown = { id: string; title: string; deletion?: string };
/** The members of the API's bodies that tests look at. */
export type Body = {
  videoId?: string;
  deletionId?: string;
  state?: string;
  reason?: string;
  hidden?: boolean;
  ownerId?: string;
  requestedBy?: string;
  requests?: { by: string; reason: string }[];
  history?: { from: string; to: string; detail?: unknown }[];
  requestedAt?: string;
  steps?: { name: string; state: string; counts: Record<string, number> }[];
  links?: { self: string; receipt?: string };
  deletions?: Body[];
  videos?: Shown[];
  stats?: { videos_uploaded: number };
  cursor?: string;
  sees?: string;
  detail?: string;
  message?: string;
};
export type Called = { status: number; headers: Headers; text: string; body: Body };
type Options = { as?: Username; authorization?: string; body?: string };
export type Call = (method: string, path: string, options?: Options) => Promise<Called>;

/**
 * Calls the API with real tokens. Checks every answer against the OpenAPI file, and searches every refusal for leaks.
 */
export function createApiClient({ url, issuer }: Pick<System, 'url' | 'issuer'>): Call {
  const { expectMatches } = createOpenApiCheck();
  return async (method, path, { as, authorization, body } = {}) => {
    const token = as ? `Bearer ${await issuer.tokenFor(userIdOf(as))}` : authorization;
    const answer = await fetch(url + path, {
      method,
      headers: { ...(token && { authorization: token }) },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    expectMatches(method, path, answer.status, answer.headers, text);
    if (answer.status >= 400) expectNoLeak(text, `${path} ${body}`);
    const isJson = answer.headers.get('content-type')?.includes('json');
    return { status: answer.status, headers: answer.headers, text, body: isJson ? JSON.parse(text) : {} };
  };
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
/** The example in the refusal of a malformed id. */
const EXAMPLE = '0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c11';
/** Words of SQL, drivers, stack traces and addresses. */
const INSIDES =
  /@|\bselect\b|\bfrom "|\bwhere\b|\brelation\b|\bpg_|postgres|dynamo|redis|sqs|arn:|node_modules|\.ts\b|\bat \S+ \(|\w+Error\b|stack/i;

/** A refusal names no video but those that were asked for, nobody's title, and nothing from inside. */
export function expectNoLeak(text: string, asked: string): void {
  const others = (text.match(UUID) ?? []).filter((id) => id !== EXAMPLE && !asked.includes(id));
  expect(others, 'ids in a refusal').toEqual([]);
  for (const { title } of SAMPLE_VIDEOS) expect(text).not.toContain(title);
  expect(text).not.toMatch(INSIDES);
}

/** The path of a video. */
export const videoPath = (videoId: string) => `/api/v1/videos/${videoId}`;

/** The ids of somebody's sample videos that are ready, the newest first. */
export function readyVideosOf(username: Username): string[] {
  return SAMPLE_VIDEOS.filter(({ owner, status }) => owner === username && status === 'ready').map(({ id }) => id);
}

/** Waits until a deletion is in a state, as its owner or an admin sees it. @returns it */
export function untilState(call: Call, videoId: string, state: string, as: Username = 'rosa'): Promise<Body> {
  return vi.waitFor(
    async () => {
      const { body } = await call('GET', `${videoPath(videoId)}/deletion`, { as });
      expect(body.state).toBe(state);
      return body;
    },
    { timeout: PATIENCE, interval: 60 },
  );
}
