import { setImmediate as quiet } from 'node:timers/promises';

/** `look` changes nothing that another task could see; whatever else is done in a turn is a `change`. */
export type Kind = 'look' | 'change';
/** Asks for the next turn, and says what it is for; resolves when it is this task's. */
export type Turn = (kind: Kind) => Promise<void>;
/** Something that is done in turns: what happens between two calls of `turn` happens at once. */
export type Task = (turn: Turn) => Promise<unknown>;
export type Outcome = PromiseSettledResult<unknown>;
export type Tasks = Record<string, Task>;

/** Does the tasks at the same time, in one order of their turns; `afterTurn` is called after each. */
export type Interleave = (tasks: Tasks, afterTurn?: () => Promise<void>) => Promise<Record<string, Outcome>>;

/** The choice made at one point of an order, of so many. */
type Choice = { taken: number; of: number };
/** A task that waits for its turn: which, from when on (counted in turns), and what for. */
type Waiting = { task: number; since: number; kind: Kind; go: () => void };

/**
 * Plays every possible order of the tasks' turns, each from the beginning. Orders that differ only in the order of two
 * neighbouring reads are equal, so one of them is played. Tasks may wait only for their turns and for promises that
 * resolve at once.
 * @param play calls `interleave` once
 * @returns how many orders there are
 * @throws what `play` throws, with the order that caused it
 */
export async function inEveryOrder(play: (interleave: Interleave) => Promise<void>): Promise<number> {
  const path: Choice[] = [];
  for (let orders = 1; ; orders++) {
    const order: string[] = [];
    try {
      await play((tasks, afterTurn) => interleave(tasks, chooserOf(path), order, afterTurn));
    } catch (error) {
      throw new Error(`In the order ${order.join(', ')}: ${error}`, { cause: error });
    }
    while (isLast(path.at(-1))) path.pop();
    const next = path.at(-1);
    if (!next) return orders;
    next.taken += 1;
  }
}

const isLast = (choice: Choice | undefined) => choice !== undefined && choice.taken === choice.of - 1;

/** Follows the path to its end, and from there on takes the first of what there is. */
function chooserOf(path: Choice[]): (of: number) => number {
  let depth = 0;
  return (of) => {
    const choice = path[depth] ?? { taken: 0, of };
    path[depth] = choice;
    depth += 1;
    if (choice.of !== of) throw new Error('The same order was not the same twice');
    return choice.taken;
  };
}

async function interleave(
  tasks: Tasks,
  choose: (of: number) => number,
  order: string[],
  afterTurn: () => Promise<void> = async () => {},
): Promise<Record<string, Outcome>> {
  const names = Object.keys(tasks);
  const waiting = new Set<Waiting>();
  const turnOf = (task: number) => (kind: Kind) =>
    new Promise<void>((go) => void waiting.add({ task, since: order.length, kind, go }));
  const ends = Promise.allSettled(Object.values(tasks).map((task, index) => task(turnOf(index))));
  let last: Waiting | undefined;
  for (await quiet(); waiting.size > 0; await quiet()) {
    const options = optionsAfter(last, [...waiting], order.length);
    const next = options[choose(options.length)];
    if (!next) break;
    waiting.delete(next);
    order.push(`${names[next.task]} (${next.kind})`);
    last = next;
    next.go();
    await quiet();
    await afterTurn();
  }
  const outcomes = await ends;
  return Object.fromEntries(names.map((name, index) => [name, outcomes[index] as Outcome]));
}

/** Of two looks that could have come in either order, that of the first task comes first. */
function optionsAfter(last: Waiting | undefined, waiting: Waiting[], turns: number): Waiting[] {
  const isSwapped = ({ task, kind, since }: Waiting) =>
    last !== undefined && last.kind === 'look' && kind === 'look' && task < last.task && since < turns;
  const options = waiting.filter((one) => !isSwapped(one));
  return options.length > 0 ? options : waiting;
}
