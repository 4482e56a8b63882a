import type { Fault } from './faults.ts';

export const SERVICES = [
  'DynamoDB',
  'S3',
  'SQS',
  'StepFunctions',
  'CloudFront',
  'EventBridge',
  'KMS',
  'Postgres',
  'Redis',
] as const;
export type Service = (typeof SERVICES)[number];

/** One call to the outside: what, and the how manieth of its kind within a run. */
export type Call = { service: Service; operation: string; ordinal: number };

/** As cases are named: `DynamoDB PutItem #1`. */
export function nameOf({ service, operation, ordinal }: Call): string {
  return `${service} ${operation} #${ordinal}`;
}

/** A fault, the call that it begins with, and which later ones it meets until it is lifted. */
export type Plan = { fault: Fault; begins: (call: Call) => boolean; lasts?: (call: Call) => boolean };

export type Ordeal = {
  /**
   * Counts a call, or a further try of it, and says what befalls it.
   * @param tryOf the same for all tries of one call; undefined for clients that do not try again by themselves
   */
  meet(service: Service, operation: string, tryOf?: string): Fault | undefined;
  /** Every call so far, in order. */
  calls(): readonly Call[];
  /** The call that the fault began with; undefined while it has not come to that. */
  begunWith(): Call | undefined;
  /** True for a fault that lasts, from its first call until it is lifted. */
  isLasting(): boolean;
  lift(): void;
};

/**
 * Counts the calls of one run, those of all its processes together. With a plan, it applies the fault to the one call
 * that the plan names.
 */
export function createOrdeal(plan?: Plan): Ordeal {
  const calls: Call[] = [];
  const tries = new Map<string, Fault | undefined>();
  let begun: Call | undefined;
  let isLifted = false;

  const judge = (call: Call): Fault | undefined => {
    if (!plan || isLifted) return undefined;
    if (begun) return plan.lasts?.(call) ? plan.fault : undefined;
    if (!plan.begins(call)) return undefined;
    begun = call;
    return plan.fault;
  };
  return {
    meet(service, operation, tryOf) {
      if (tryOf !== undefined && tries.has(tryOf)) {
        const fault = tries.get(tryOf);
        return fault === 'answer lost once' || isLifted ? undefined : fault;
      }
      const isSame = (other: Call) => other.service === service && other.operation === operation;
      const call = { service, operation, ordinal: calls.filter(isSame).length + 1 };
      calls.push(call);
      const fault = judge(call);
      if (tryOf !== undefined) tries.set(tryOf, fault);
      return fault;
    },
    calls: () => calls,
    begunWith: () => begun,
    isLasting: () => begun !== undefined && plan?.lasts !== undefined && !isLifted,
    lift: () => {
      isLifted = true;
    },
  };
}
