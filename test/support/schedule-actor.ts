import type { Counts } from '../../functions/deletion/counts.ts';
import { StepFailed } from '../../functions/deletion/errors.ts';
import type { Clock, Ports } from '../../functions/deletion/ports.ts';
import { type Around, interceptPorts, type PortCall } from './memory/intercept-ports.ts';

/**
 * What happens to an actor at its n-th call of a store: the call fails, or the actor dies in it. Both can happen before
 * or after the call takes effect.
 */
export type Fault = { call: number; how: 'failBefore' | 'failAfter' | 'dieBefore' | 'dieAfter' };

/** A worker, a request or a sweep: something that calls stores. It can be stopped at each call, or die there. */
export type Actor = {
  readonly isOver: boolean;
  /** Lets it make this many calls, and do everything that follows from them. */
  go(calls: number): Promise<void>;
  /** Lets it run to its end. */
  finish(): Promise<void>;
};

/** The surroundings of all actors. `onCall` is called just before each call takes effect, and throws to refuse it. */
export type Stage = { ports: Ports; clock: Clock; onCall(call: PortCall): void; onLostAnswer(call: PortCall): void };

/** A store that does not answer. */
export class StoreDown extends Error {
  override name = 'StoreDown';
}

/**
 * The longest time that the database or the cache takes to answer or to refuse, in seconds: 5 to connect, then 15 for a
 * statement.
 */
const ANSWER_SECONDS = 20;

type Held = { call: PortCall; since: number; letGo(isInTime: boolean): void };

/**
 * Starts an actor, which waits at its first call. It lives for `lifeSeconds` of the stage's clock, like a function on
 * Lambda. `work` gets the ports to call and the milliseconds that are left.
 */
export function startActor(
  stage: Stage,
  { fault, lifeSeconds }: { fault: Fault | undefined; lifeSeconds: number },
  work: (ports: Ports, timeLeft: () => number) => Promise<void>,
): Actor {
  const now = () => stage.clock().getTime();
  const diesAt = now() + lifeSeconds * 1000;
  const held: Held[] = [];
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  let calls = 0;
  let isFree = false;
  let isOver = false;

  const die = (): Promise<never> => {
    isOver = true;
    end();
    return new Promise(() => {});
  };
  const holdUp = (call: PortCall) =>
    new Promise<boolean>((letGo) => {
      held.push({ call, since: now(), letGo });
    });
  const around: Around = async (call, effect) => {
    const isInTime = isFree || (await holdUp(call));
    if (isOver || now() > diesAt) return await die();
    calls += 1;
    const how = fault?.call === calls ? fault.how : undefined;
    if (how === 'dieBefore') return await die();
    if (how === 'failBefore' || !isInTime) throw new StoreDown(`${call.port}.${call.method} did not answer`);
    stage.onCall(call);
    const answer = await effect();
    if (how === 'dieAfter') return await die();
    if (how === 'failAfter') throw lostAnswer(stage, call, answer);
    return answer;
  };
  const release = ({ call, since, letGo }: Held) =>
    letGo(!(call.port === 'rows' || call.port === 'cache') || now() - since <= ANSWER_SECONDS * 1000);

  work(interceptPorts(stage.ports, around), () => Math.max(0, diesAt - now())).finally(() => void die());
  return {
    get isOver() {
      return isOver;
    },
    async go(most) {
      for (let left = most; left > 0 && !isOver; left--) {
        // Work that needs no store happens at once. An actor waits only at its calls.
        await new Promise(setImmediate);
        held.splice(0, 1).forEach(release);
      }
      await new Promise(setImmediate);
    },
    async finish() {
      isFree = true;
      held.splice(0).forEach(release);
      await over;
    },
  };
}

/** The call took effect, but its answer was lost. By its contract, storage still reports what it deleted. */
function lostAnswer(stage: Stage, call: PortCall, answer: unknown): Error {
  if (call.method === 'deleteAll') return new StepFailed('InternalError', answer as Counts);
  stage.onLostAnswer(call);
  return new StoreDown(`The answer of ${call.port}.${call.method} was lost`);
}
