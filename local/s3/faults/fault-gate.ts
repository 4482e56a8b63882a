import { setTimeout as wait } from 'node:timers/promises';
import type { Answer } from '../http/operation.ts';
import type { OperationName } from '../http/routes.ts';
import { S3Error } from '../http/s3-error.ts';
import { type Accent, combined, PROFILES, type Profile } from './accents.ts';
import { createDeleteThrottle } from './delete-throttle.ts';
import type { Faults, ForeignAnswer, KeyFault, Lift, RequestEvent, RequestFault } from './faults.ts';

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
  /** How the store differs from S3 now. */
  accent(): Accent;
};

/** Tells the server to answer this instead. */
export class Foreign extends Error {
  override name = 'Foreign';
  readonly answer: Answer;
  constructor({ body, status = 200, type = 'text/html' }: ForeignAnswer) {
    super("An answer that is not the store's");
    this.answer = { status, body, headers: { 'content-type': type } };
  }
}

/** Tells the server to cut the connection. */
export class ConnectionReset extends Error {
  override name = 'ConnectionReset';
}

type Failing = RequestFault & { fail: () => Error };
type Waiting = { milliseconds: number; operation: OperationName | undefined };

/** The two sides of the faults: the switches for tests, and their effect on requests. */
export function createFaults(): { faults: Faults; gate: FaultGate } {
  const failing = new Set<Failing>();
  const keyFaults = new Set<KeyFault & { counts: Map<string, number> }>();
  const accents = new Set<Accent>();
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
    imitate: (store) => {
      const { refuses = {}, ...accent }: Profile = PROFILES[store];
      const refusals = Object.entries(refuses) as [OperationName, { code: string; status?: number }][];
      return liftAll([
        added(accents, accent),
        ...refusals.map(([operation, refusal]) => failRequests({ operation, ...refusal })),
      ]);
    },
    speakWith: (accent) => added(accents, accent),
    answerForeign: ({ body, status, type, ...fault }) =>
      added(failing, { ...fault, fail: () => new Foreign({ body, ...(status && { status }), ...(type && { type }) }) }),
    onRequest: (callback) => added(callbacks, (event) => callback(event)),
    clear: () => {
      for (const set of [failing, keyFaults, accents, delays, callbacks]) set.clear();
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
  const gate: FaultGate = {
    pass,
    keyFault: (key) => takeKeyFault(keyFaults, key),
    takeDeletes: throttle.take,
    accent: () => combined(accents),
  };
  return { faults, gate };
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
