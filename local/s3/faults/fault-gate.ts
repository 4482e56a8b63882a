import { setTimeout as wait } from 'node:timers/promises';
import type { OperationName } from '../http/routes.ts';
import { S3Error } from '../http/s3-error.ts';
import { createDeleteThrottle } from './delete-throttle.ts';
import type { Faults, KeyFault, Lift, RequestEvent, RequestFault } from './faults.ts';

/** The faults, as the server and the operations use them. */
export type FaultGate = {
  /**
   * Waits and fails as the current faults require.
   * @throws {S3Error} to answer with; {ConnectionReset} to answer nothing
   */
  pass(event: RequestEvent): Promise<void>;
  /** The error for this key of a DeleteObjects request, if it must fail. Each call counts as one use of the fault. */
  keyFault(key: string): { code: string; tookEffect: boolean } | undefined;
  /** @throws {S3Error} SlowDown when too many keys were deleted recently */
  takeDeletes(keys: number): void;
};

/** Tells the server to cut the connection. */
export class ConnectionReset extends Error {
  override name = 'ConnectionReset';
}

const NOT_ON_R2: readonly OperationName[] = [
  'GetBucketVersioning',
  'PutBucketVersioning',
  'ListObjectVersions',
  'PutObjectRetention',
  'GetObjectRetention',
  'PutObjectLegalHold',
  'GetObjectLegalHold',
];

type Failing = RequestFault & { fail: () => Error };
type Waiting = { milliseconds: number; operation: OperationName | undefined };

/** The two sides of the faults: the switches for tests, and their effect on requests. */
export function createFaults(): { faults: Faults; gate: FaultGate } {
  const failing = new Set<Failing>();
  const keyFaults = new Set<KeyFault & { counts: Map<string, number> }>();
  const delays = new Set<Waiting>();
  const callbacks = new Set<(event: RequestEvent) => unknown>();
  const throttle = createDeleteThrottle();
  const failRequests: Faults['failRequests'] = ({ code, status, ...fault }) =>
    added(failing, { ...fault, fail: () => new S3Error(code, status ? { status } : {}) });
  const faults: Faults = {
    failKeys: (fault) => added(keyFaults, { ...fault, counts: new Map() }),
    failRequests,
    answerErrorDocuments: (fault) => failRequests({ ...fault, status: 200 }),
    resetConnections: (fault) => added(failing, { ...fault, fail: () => new ConnectionReset() }),
    delay: (milliseconds, operation) => added(delays, { milliseconds, operation }),
    throttleDeletes: throttle.limit,
    imitateR2: () => liftAll(NOT_ON_R2.map((operation) => failRequests({ operation, code: 'NotImplemented' }))),
    onRequest: (callback) => added(callbacks, (event) => callback(event)),
    clear: () => {
      for (const set of [failing, keyFaults, delays, callbacks]) set.clear();
      throttle.lift();
    },
  };
  const pass: FaultGate['pass'] = async (event) => {
    if (event.phase === 'before')
      await Promise.all(delaysOf(delays, event).map((milliseconds) => wait(milliseconds, undefined, { ref: false })));
    for (const callback of callbacks) await callback(event);
    const fault = takeFault(failing, event);
    if (fault) throw fault.fail();
  };
  return { faults, gate: { pass, keyFault: (key) => takeKeyFault(keyFaults, key), takeDeletes: throttle.take } };
}

function added<Item>(set: Set<Item>, item: Item): Lift {
  set.add(item);
  return () => set.delete(item);
}

const liftAll = (lifts: Lift[]) => () => {
  for (const lift of lifts) lift();
};

const delaysOf = (delays: Set<Waiting>, { operation }: RequestEvent) =>
  [...delays]
    .filter((delay) => delay.operation === undefined || delay.operation === operation)
    .map((d) => d.milliseconds);

function takeFault(failing: Set<Failing>, { operation, phase }: RequestEvent): Failing | undefined {
  for (const fault of failing) {
    const isMeant = fault.operation === undefined || fault.operation === operation;
    if (!isMeant || (fault.when ?? 'before') !== phase) continue;
    if (fault.times === undefined) return fault;
    if (fault.times <= 0) continue;
    fault.times -= 1;
    return fault;
  }
  return undefined;
}

function takeKeyFault(faults: Set<KeyFault & { counts: Map<string, number> }>, key: string) {
  for (const { key: meant, code, times = Number.POSITIVE_INFINITY, when, counts } of faults) {
    // `search` ignores `lastIndex`, which a sticky or global expression would otherwise keep between calls.
    const isMeant = typeof meant === 'string' ? meant === key : key.search(meant) >= 0;
    const failed = counts.get(key) ?? 0;
    if (!isMeant || failed >= times) continue;
    counts.set(key, failed + 1);
    return { code, tookEffect: when === 'after' };
  }
  return undefined;
}
