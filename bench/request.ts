import { requestDeletionHandler } from '../functions/request-deletion.ts';
import { lambdaContext } from '../local/handlers/lambda-context.ts';
import { deleteEvent, simulatedPorts } from './local/simulated-ports.ts';
import { watchCalls } from './local/watch-calls.ts';
import { quantile } from './quantile.ts';
import { inMilliseconds, ratio, tableOf } from './table.ts';

export type RequestOptions = {
  requests: number;
  /** Requests that are not measured, because code is compiled while they run. */
  warmUp: number;
};

export type RequestFigures = {
  /** The calls of one request in the order of their start, and for each the calls that were running when it started. */
  calls: { name: string; beside: string[] }[];
  /** The milliseconds of each request: the total, the time with at least one call running, and the sum of all calls. */
  total: number[];
  critical: number[];
  serial: number[];
};

/** Runs the real, warm handler of `DELETE` with ports that take as long as the services do, and splits its time. */
export async function measureRequest({ requests, warmUp }: RequestOptions): Promise<RequestFigures> {
  const figures: RequestFigures = { calls: [], total: [], critical: [], serial: [] };
  const watched = watchCalls(simulatedPorts());
  const handler = requestDeletionHandler(() => watched.ports);
  for (let n = 0; n < warmUp + requests; n++) {
    const event = deleteEvent();
    watched.begin();
    const from = performance.now();
    // Create the event right before the call, because its remaining time starts then.
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

/** The table for people. The target for the handler's own time is 5 ms at p99. */
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
