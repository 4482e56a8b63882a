import { requestDeletionHandler } from '../functions/request-deletion.ts';
import { lambdaContext } from '../local/handlers/lambda-context.ts';
import { deleteEvent, simulatedPorts } from './local/simulated-ports.ts';
import { watchCalls } from './local/watch-calls.ts';
import { quantile } from './quantile.ts';
import { inMilliseconds, ratio, tableOf } from './table.ts';

export type RequestOptions = {
  requests: number;
  /** Not counted: code is compiled while they run. */
  warmUp: number;
};

export type RequestFigures = {
  /** The calls of one request in the order in which they begin, and which of them are under way when each begins. */
  calls: { name: string; beside: string[] }[];
  /** Milliseconds of each request: all of it; in which at least one call was under way; what the calls would take one by one. */
  total: number[];
  critical: number[];
  serial: number[];
};

/** Runs the real handler of `DELETE` between ports that take as long as the services do, warm, and takes its time apart. */
export async function measureRequest({ requests, warmUp }: RequestOptions): Promise<RequestFigures> {
  const figures: RequestFigures = { calls: [], total: [], critical: [], serial: [] };
  const watched = watchCalls(simulatedPorts());
  const handler = requestDeletionHandler(() => watched.ports);
  for (let n = 0; n < warmUp + requests; n++) {
    const event = deleteEvent();
    watched.begin();
    const from = performance.now();
    // Its time runs from the moment it is made.
    const { statusCode } = await handler(event, lambdaContext({ name: 'request-deletion', timeoutSeconds: 25 }));
    const total = performance.now() - from;
    if (statusCode !== 202) throw new Error(`DELETE answered ${statusCode}`);
    if (n < warmUp) continue;
    const { calls, critical, serial } = watched.end();
    figures.calls = calls;
    figures.total.push(total);
    figures.critical.push(critical);
    figures.serial.push(serial);
  }
  return figures;
}

/** For people. The target is 5 ms of the handler's own at p99. */
export function requestTable({ calls, total, critical, serial }: RequestFigures): string {
  const own = total.map((all, n) => all - (critical[n] ?? 0));
  const lines = { 'own time': own, 'waiting for calls': critical, 'calls one by one': serial, total };
  const rows = Object.entries(lines).map(([name, times]) => {
    const [middle, high] = [quantile(times, 0.5), quantile(times, 0.99)];
    return [name, inMilliseconds(middle), inMilliseconds(high), ratio(middle, quantile(serial, 0.5))];
  });
  const made = calls.map(({ name, beside }, n) => [`${n + 1} ${name}`, beside.join(', ') || 'alone']);
  return [tableOf(['time', 'p50', 'p99', '÷ calls one by one'], rows), tableOf(['call', 'begun beside'], made)].join(
    '\n',
  );
}
