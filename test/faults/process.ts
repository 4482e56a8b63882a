import type { Context } from 'aws-lambda';
import { cleanupHandler } from '../../functions/cleanup.ts';
import { invalidateEdgeHandler } from '../../functions/invalidate-edge.ts';
import { replayDeletionHandler } from '../../functions/replay-deletion.ts';
import { requestDeletionHandler } from '../../functions/request-deletion.ts';
import { sweepHandler } from '../../functions/sweep.ts';
import { lambdaContext } from '../../local/handlers/lambda-context.ts';
import { startAwsFront } from './aws-front.ts';
import { connectThrough, type FrontedPorts } from './fronted-ports.ts';
import type { Ordeal } from './ordeal.ts';
import type { Outside } from './outside.ts';
import { startPostgresFront } from './postgres-front.ts';
import type { ProcessGate } from './process-gate.ts';
import { startRedisFront } from './redis-front.ts';

/** What a caller has of a process that ended before it answered. */
export const STOPPED = Symbol('the process was stopped');

/** No handler takes so long: one that does hangs. */
const LONGEST_INVOCATION_MILLISECONDS = 20_000;

export type Process = Awaited<ReturnType<typeof startProcess>>;

/**
 * One process that runs every function, between fronts that make its calls suffer what the ordeal says.
 * @param patienceMilliseconds how long a client waits for an answer
 */
export async function startProcess(outside: Outside, ordeal: Ordeal, patienceMilliseconds: number) {
  const ended = Promise.withResolvers<typeof STOPPED>();
  let hasEnded = false;
  const gate: ProcessGate = {
    meet: ordeal.meet,
    hasEnded: () => hasEnded,
    end: () => {
      hasEnded = true;
      for (const front of fronts) front.cut();
      ended.resolve(STOPPED);
    },
  };
  const { endpoints, databaseUrl, redisUrl } = outside.addresses;
  const fronts = await Promise.all([
    startAwsFront(endpoints, gate),
    startPostgresFront(databaseUrl, gate),
    startRedisFront(redisUrl, gate),
  ]);
  const [aws, postgres, redis] = fronts;
  const urls = { awsUrl: aws.url, databaseUrl: postgres.url, redisUrl: redis.url };
  const { ports, close } = connectThrough(outside, { ...urls, patienceMilliseconds });
  const under = new Set<Promise<unknown>>();

  return {
    hasEnded: gate.hasEnded,
    /** Runs a handler; `STOPPED` if the process ends first. */
    async invoke<Answer>(
      handle: (functions: Functions, context: Context) => Promise<Answer>,
    ): Promise<Answer | typeof STOPPED> {
      const answer = handle(functionsOf(ports), lambdaContext({ name: 'process', timeoutSeconds: 900 }));
      under.add(answer.catch(() => undefined));
      const timer = setTimeout(gate.end, LONGEST_INVOCATION_MILLISECONDS);
      return await Promise.race([answer, ended.promise]).finally(() => clearTimeout(timer));
    },
    /** What was under way fails at once, and is waited for: nothing of this process reaches the next. */
    async close(): Promise<void> {
      gate.end();
      await Promise.all(under);
      await Promise.all([close(), ...fronts.map((front) => front.close())]);
    },
  };
}

export type Functions = ReturnType<typeof functionsOf>;

function functionsOf(ports: FrontedPorts) {
  const connect = () => ports;
  return {
    request: requestDeletionHandler(connect),
    replay: replayDeletionHandler(connect),
    cleanup: cleanupHandler(connect),
    invalidateEdge: invalidateEdgeHandler(connect),
    sweep: sweepHandler(connect),
  } satisfies Record<string, (event: never, context: Context) => Promise<unknown>>;
}
