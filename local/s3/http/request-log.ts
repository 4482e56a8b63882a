import type { OperationName } from './routes.ts';

/** `Unknown`: a request that is no operation of ours, and was answered 501. `status` is 0 when the connection was cut. */
export type LoggedRequest = {
  operation: OperationName | 'Unknown';
  bucket: string;
  key: string;
  status: number;
  /** How many keys a DeleteObjects request named. */
  keys?: number;
};

/** What was asked of the simulator, faults included. */
export type Requests = {
  /** How many requests of the operation, or of all, were answered (or cut) since the start or the last `clear`. */
  count(operation?: OperationName | 'Unknown'): number;
  /** The latest 10,000, oldest first. */
  list(operation?: OperationName | 'Unknown'): LoggedRequest[];
  clear(): void;
};

const KEPT_REQUESTS = 10_000;

export function createRequestLog(): { requests: Requests; record: (request: LoggedRequest) => void } {
  const counts = new Map<string, number>();
  let latest: LoggedRequest[] = [];
  const record = (request: LoggedRequest) => {
    counts.set(request.operation, (counts.get(request.operation) ?? 0) + 1);
    latest.push(request);
    // Cut in large steps, so that a long run does not shift the list on each request.
    if (latest.length >= 2 * KEPT_REQUESTS) latest = latest.slice(-KEPT_REQUESTS);
  };
  const requests: Requests = {
    count: (operation) =>
      operation ? (counts.get(operation) ?? 0) : [...counts.values()].reduce((sum, count) => sum + count, 0),
    list: (operation) =>
      latest.slice(-KEPT_REQUESTS).filter((request) => operation === undefined || request.operation === operation),
    clear: () => {
      counts.clear();
      latest = [];
    },
  };
  return { requests, record };
}
