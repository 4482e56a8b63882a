import { readFileSync } from 'node:fs';
import { createContext, Script } from 'node:vm';
import type { LoopbackAnswer, LoopbackRequest } from '../loopback.ts';

/** The gate's decision on a request: the refusal, or nothing when the request may pass. */
export type EdgeGate = (request: Pick<LoopbackRequest, 'method' | 'path'>) => Promise<LoopbackAnswer | undefined>;

type FunctionAnswer = { statusCode?: number; headers?: Record<string, { value: string }>; body?: { data: string } };

/** Adapters from CloudFront's own module to this machine. */
const IMPORT = "import cf from 'cloudfront';";

/** Runs the gate's deployed code against a store that says which keys it holds. */
export function createEdgeGate(store: { has(key: string): boolean }): EdgeGate {
  const code = readFileSync(new URL('../../lib/gate/gate.js', import.meta.url), 'utf8');
  if (!code.includes(IMPORT)) throw new Error(`The code of the gate has no line "${IMPORT}"`);
  const kvs = { exists: async (key: string) => store.has(key) };
  const context = createContext({ cf: { kvs: () => kvs } });
  const handler = new Script(`${code.replace(IMPORT, '')}; handler`).runInContext(context) as (event: {
    request: { method: string; uri: string };
  }) => Promise<FunctionAnswer>;
  return async ({ method, path }) => {
    const answer = await handler({ request: { method, uri: path } });
    return answer.statusCode === undefined ? undefined : refusalOf(answer);
  };
}

function refusalOf({ statusCode = 500, headers = {}, body }: FunctionAnswer): LoopbackAnswer {
  const plain = Object.entries(headers).map(([name, { value }]) => [name, value]);
  return {
    status: statusCode,
    headers: { ...Object.fromEntries(plain), 'x-cache': 'FunctionGeneratedResponse from cloudfront' },
    body: body?.data ?? '',
  };
}
