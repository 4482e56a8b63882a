import type { OperationName } from '../http/routes.ts';
import type { Accent, ProfileName } from './accents.ts';

/** Switches a fault off. */
export type Lift = () => void;

/**
 * `when: 'after'` reports a failure although the request took effect. `times`: how often; without it, until the fault
 * is switched off.
 */
export type RequestFault = {
  /** Absent: every operation. */
  operation?: OperationName;
  times?: number;
  when?: 'before' | 'after';
};
export type KeyFault = {
  key: string | RegExp;
  /** S3's error code, such as `InternalError`, `SlowDown` or `AccessDenied`. */
  code: string;
  /** How often each key fails. Absent: until the fault is switched off. */
  times?: number;
  /** `after`: the key is deleted, but reported as failed. */
  when?: 'before' | 'after';
};

/** `status`: 200 unless told; `type`: `text/html` unless told. */
export type ForeignAnswer = { body: string; status?: number; type?: string };

/** `bucket` and `key` are empty when the operation has none. */
export type RequestEvent = { operation: OperationName; bucket: string; key: string; phase: 'before' | 'after' };

/**
 * Everything that can go wrong. Each fault can be switched on while the simulator runs. Faults add up; of those that
 * match, the oldest acts first.
 */
export type Faults = {
  /** Fails single keys of DeleteObjects, as an `<Error>` in a 200. */
  failKeys(fault: KeyFault): Lift;
  /** Fails whole requests. `status` defaults to the status that S3 sends with the code, or else 500. */
  failRequests(fault: RequestFault & { code: string; status?: number }): Lift;
  /** Answers 200 with an `<Error>` document as the body. S3 does this when it fails after it has sent the headers. */
  answerErrorDocuments(fault: RequestFault & { code: string }): Lift;
  /** Cuts the connection without an answer. */
  resetConnections(fault: RequestFault): Lift;
  /** Delays every request of the operation, or of all operations. */
  delay(milliseconds: number, operation?: OperationName): Lift;
  /**
   * Answers 503 SlowDown to DeleteObject and DeleteObjects after they have named more keys than a second allows. A
   * request that started in time is completed, and the next one must wait until the time for all of its keys has
   * passed.
   */
  throttleDeletes(keysPerSecond: number): Lift;
  /** Answers like another store that speaks S3. */
  imitate(store: ProfileName): Lift;
  /** Differs from S3 in single ways. */
  speakWith(accent: Accent): Lift;
  /**
   * Answers with something that is not S3's: a login page or a maintenance page, an empty body, another bucket's
   * listing. The request has no effect.
   */
  answerForeign(fault: RequestFault & ForeignAnswer): Lift;
  /**
   * Calls back with every request of a known operation: before it takes effect, with its body read, and again before it
   * is answered. The request waits for the promise; a rejected promise fails it with 500.
   */
  onRequest(callback: (event: RequestEvent) => unknown): Lift;
  /** Switches every fault off. */
  clear(): void;
};
