import type { Ports } from '../../../functions/deletion/ports.ts';

/**
 * The calls that reach a store or a service, and so can fail. Other calls only compute something, like the name of a
 * run.
 */
const CALLS = {
  tombstones: ['find', 'write', 'due', 'oldestOpen'],
  rows: ['find', 'findCaller', 'hide', 'restore', 'runs', 'deleteBatch', 'deleteVideoRow', 'look'],
  objects: ['deleteAll', 'look'],
  cache: ['fence', 'lift', 'invalidate', 'ageFeeds', 'look'],
  runs: ['state', 'stop'],
  edge: ['invalidate', 'isCompleted'],
  gate: ['close', 'open'],
  stats: ['refreshIfStale'],
  cleanupQueue: ['send'],
  deadLetters: ['send'],
  edgeQueue: ['send'],
  events: ['publish'],
  signer: ['sign'],
} as const satisfies { [Port in keyof Ports]?: readonly (keyof NonNullable<Ports[Port]>)[] };

export type PortName = keyof typeof CALLS;
export const PORT_NAMES = Object.keys(CALLS) as PortName[];

export type PortCall = { port: PortName; method: string; args: readonly unknown[] };

/** What happens instead of a call. `effect` makes the call. It can be delayed, refused, or made without its answer. */
export type Around = <T>(call: PortCall, effect: () => Promise<T>) => Promise<T>;

type Method = (...args: unknown[]) => unknown;

/** The same ports, with something around each call of a store. */
export function interceptPorts<Whole extends Ports>(ports: Whole, around: Around): Whole {
  const intercepted: Record<string, object> = {};
  for (const port of PORT_NAMES) {
    const found = ports[port] as Record<string, Method> | undefined;
    if (!found) continue;
    const copy: Record<string, Method> = { ...found };
    for (const method of CALLS[port]) copy[method] = intercept({ port, method }, found[method] as Method, around);
    intercepted[port] = copy;
  }
  return { ...ports, ...intercepted };
}

function intercept({ port, method }: Omit<PortCall, 'args'>, original: Method, around: Around): Method {
  if (method !== 'due') return (...args) => around({ port, method, args }, async () => await original(...args));
  // The list is asked for when its first entry is.
  return async function* due(...args) {
    yield* await around({ port, method, args }, async () => original(...args) as AsyncIterable<unknown>);
  };
}
