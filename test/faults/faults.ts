import type { Service } from './ordeal.ts';

/** What can befall a call to the outside, on the way there or on the way back. */

/** What becomes of the call: whether the service does what it was asked for, and what its client sees. */
type Course = { takesEffect: boolean; seen: 'error' | 'cut' | 'silence' | 'stop' };

/**
 * `answer lost once` does not affect the client's own retry; every other fault affects each attempt of the call.
 * `refused` affects every call of that operation until the right is granted again. `stopped`: the process ends at that
 * moment.
 */
const COURSES = {
  throttled: { takesEffect: false, seen: 'error' },
  500: { takesEffect: false, seen: 'error' },
  503: { takesEffect: false, seen: 'error' },
  refused: { takesEffect: false, seen: 'error' },
  reset: { takesEffect: false, seen: 'cut' },
  timeout: { takesEffect: false, seen: 'silence' },
  'answer lost': { takesEffect: true, seen: 'cut' },
  'answer lost once': { takesEffect: true, seen: 'cut' },
  'stopped before': { takesEffect: false, seen: 'stop' },
  'stopped after': { takesEffect: true, seen: 'stop' },
} satisfies Record<string, Course>;

export type Fault = `${keyof typeof COURSES}`;
/** The faults that a service answers with. */
export type ErrorFault = 'throttled' | '500' | '503' | 'refused';
export const FAULTS = Object.keys(COURSES) as Fault[];

/** The faults that a call to this service can meet: only the clients of AWS try the very same call again. */
export function faultsOf(service: Service): Fault[] {
  const triesAgain = service !== 'Postgres' && service !== 'Redis';
  return FAULTS.filter((fault) => triesAgain || fault !== 'answer lost once');
}

/** What a front can do to the call that it holds. */
export type Means = {
  /** Hands it on and takes the answer, which the client does not see. */
  effect(): Promise<unknown>;
  /** Answers in the service's own words. */
  error(fault: ErrorFault): void;
  /** Resets the client's connection. */
  cut(): void;
  /** Leaves it without an answer. */
  silence?(): void;
  /** Ends the process that called. */
  stop(): void;
};

/** Lets a call suffer a fault. */
export async function suffer(fault: Fault, means: Means): Promise<void> {
  const { takesEffect, seen }: Course = COURSES[fault];
  if (takesEffect) await means.effect();
  if (seen === 'error') means.error(fault as ErrorFault);
  if (seen === 'cut') means.cut();
  if (seen === 'silence') means.silence?.();
  if (seen === 'stop') means.stop();
}
