import type { OperationName } from '../http/routes.ts';

/** Takes a fault back. */
export type Lift = () => void;

/** `when: 'after'` fails a request that took effect all the same. `times`: how often; without it, until it is lifted. */
export type RequestFault = {
  /** Without a name, every operation. */
  operation?: OperationName;
  times?: number;
  when?: 'before' | 'after';
};
export type KeyFault = {
  key: string | RegExp;
  /** S3's error code, such as `InternalError`, `SlowDown` or `AccessDenied`. */
  code: string;
  /** How often each key fails; without it, until it is lifted. */
  times?: number;
  /** `after`: the key is deleted, but reported as failed. */
  when?: 'before' | 'after';
};

/** `bucket` and `key` are empty where the operation has none. */
export type RequestEvent = { operation: OperationName; bucket: string; key: string; phase: 'before' | 'after' };

/** Everything that can go wrong, each switchable while the simulator runs. Faults add up; the oldest that fits acts first. */
export type Faults = {
  /** Fails single keys of DeleteObjects, as `<Error>` in a 200. */
  failKeys(fault: KeyFault): Lift;
  /** Fails whole requests. `status` defaults to what S3 sends with the code, else 500. */
  failRequests(fault: RequestFault & { code: string; status?: number }): Lift;
  /** Answers 200 with an `<Error>` document as the body, as S3 does for work that fails after the headers were sent. */
  answerErrorDocuments(fault: RequestFault & { code: string }): Lift;
  /** Cuts the connection without an answer. */
  resetConnections(fault: RequestFault): Lift;
  /** Waits before every request of the operation, or of all. */
  delay(milliseconds: number, operation?: OperationName): Lift;
  /**
   * Answers 503 SlowDown to DeleteObject and DeleteObjects once they have named more keys than a second allows. A request that
   * began in time is served whole, and the time for all of its keys must pass before the next.
   */
  throttleDeletes(keysPerSecond: number): Lift;
  /** 501 for versions and Object Lock, which Cloudflare R2 does not have. */
  imitateR2(): Lift;
  /**
   * Calls back with every request whose operation is known: before it takes effect, with its body read, and before it is
   * answered. The request waits for the promise; one that rejects fails it with 500.
   */
  onRequest(callback: (event: RequestEvent) => unknown): Lift;
  /** Lifts everything. */
  clear(): void;
};
