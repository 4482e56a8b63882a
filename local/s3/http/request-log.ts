import type { OperationName } from './routes.ts';

/**
 * `Unknown`: the simulator does not have the operation, and answered 501. `status` is 0 when the connection was cut.
 */
export type LoggedRequest = {
  operation: OperationName | 'Unknown';
  bucket: string;
  key: string;
  status: number;
  /** How many keys a DeleteObjects request named. */
  keys?: number;
};

/** The requests to the simulator, including those that a fault failed. */
export type Requests = {
  /**
   * How many requests of the operation, or of all operations, were answered or cut since the start or the last `clear`.
   */
  count(operation?: OperationName | 'Unknown'): number;
  /** The latest 10,000 requests, oldest first. */
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
    // Cut many entries at once, because cutting one entry for each request would shift the list each time.
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
