import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FUNCTION_SIZES } from '../../lib/constructs/functions/function-sizes.ts';
import { type Bundle, entryOf } from '../../local/handlers/bundles.ts';

/** What the process that plays Lambda is told, and what it answers. */
export type Invocation = { file: string; name: string; functionName: string; timeoutSeconds: number; event: unknown };
export type Outcome = { result?: unknown; error?: string };

const RUNTIME = fileURLToPath(new URL('lambda-runtime.ts', import.meta.url));

/**
 * Has a bundle handle one event in a Node of its own, in an empty folder, with these variables and no others.
 * @throws with what it has printed, when it threw, died, or answered the gateway with a 500
 */
export async function invokeBundle<Result>(
  bundle: Bundle,
  { event, environment }: { event: unknown; environment: Record<string, string> },
): Promise<Result> {
  const cwd = await mkdtemp(join(tmpdir(), 'lambda-'));
  const child = fork(RUNTIME, { cwd, env: environment, execArgv: [], silent: true });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      printed += chunk;
    });
  }
  try {
    const ended = once(child, 'close').then(([code]): Outcome => ({ error: `It ended with ${code}: ${printed}` }));
    const timeoutSeconds = FUNCTION_SIZES[bundle.name].timeout.toSeconds();
    child.send({ ...entryOf(bundle), functionName: bundle.name, timeoutSeconds, event } satisfies Invocation);
    const answered = once(child, 'message').then(([outcome]) => outcome as Outcome);
    const { result, error } = await Promise.race([answered, ended]);
    await ended;
    const isFailure = error !== undefined || (result as { statusCode?: number } | undefined)?.statusCode === 500;
    if (isFailure) throw new Error(`${bundle.name}: ${error ?? 'Internal Server Error'}\n${printed}`);
    return result as Result;
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}
