import { Malformed, NotYours } from '../errors.ts';
import type { ListPorts, Ports, Standing } from '../ports.ts';
import { STEP_NAMES } from '../record/steps.ts';
import { type State, stateBehindHold, type Tombstone } from '../record/tombstone.ts';
import type { VideoId } from '../video-id.ts';
import { findActiveCaller } from './read-deletions.ts';

export type Period = { since: string; until: string };

/** Figures of the deletions that were requested in a period. Times in seconds. */
export type Figures = Period & {
  /** How many there are now, whenever they were requested. */
  now: Standing;
  requested: number;
  states: Partial<Record<State, number>>;
  /** Steps that have failed and have not been done since, the most frequent first. */
  failures: { step: string; code: string; count: number }[];
  /**
   * Only hours in which something was requested. `seconds`: from the end of the undo window to the end, of those over.
   */
  hours: { hour: string; requested: number; states: Partial<Record<State, number>>; seconds?: Percentiles }[];
};
export type Percentiles = { p50: number; p95: number };

/** `malformed`: ids of tombstones that cannot be read, and so are in no figure. */
export type Counted = { figures: Figures; malformed: VideoId[] };

const PAGE = 100;

/**
 * Figures of every deletion that was requested in the period, not only of a page.
 * @throws {NotYours} unless an admin asks {AccountDisabled} {Malformed} when they cannot be counted by `deadline`
 */
export async function readFigures(
  ports: Pick<Ports, 'rows' | 'clock'> & ListPorts,
  { callerId, ...period }: Period & { callerId: string },
  deadline = Number.POSITIVE_INFINITY,
): Promise<Counted> {
  const caller = await findActiveCaller(ports, callerId);
  if (!caller.isAdmin) throw new NotYours('Only an admin may see figures of all deletions');
  return await countDeletions(ports, period, deadline);
}

/** The same for an operator, who needs no account. @throws {Malformed} */
export async function countDeletions(
  ports: Pick<Ports, 'clock'> & ListPorts,
  period: Period,
  deadline = Number.POSITIVE_INFINITY,
): Promise<Counted> {
  const at = ports.clock();
  const [now, { found, malformed }] = await Promise.all([
    ports.lists.standing(at),
    allIn(ports, period, { at, deadline }),
  ]);
  return { figures: { ...period, now, ...totalsOf(found), hours: hoursOf(found) }, malformed };
}

/** What is counted of a tombstone. The rest of it is not kept in memory. */
type One = Pick<Tombstone, 'requestedAt' | 'state' | 'steps'> & { seconds: number | undefined };

async function allIn(
  { lists, clock }: Pick<Ports, 'clock'> & ListPorts,
  period: Period,
  { at, deadline }: { at: Date; deadline: number },
): Promise<{ found: One[]; malformed: VideoId[] }> {
  const found: One[] = [];
  const malformed: VideoId[] = [];
  let cursor: string | undefined;
  do {
    if (clock().getTime() > deadline)
      throw new Malformed('There are too many deletions in this period to count them in time: ask for a shorter one');
    const page = await lists.list({ ...period, at, limit: PAGE, ...(cursor !== undefined && { cursor }) });
    malformed.push(...(page.malformed ?? []));
    // A video that is only held was never requested.
    found.push(...page.tombstones.filter((one) => stateBehindHold(one) !== 'none').map(asCounted));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return { found, malformed };
}

/** What failed and waited for an operator took as long as it took. A re-deletion begins when the video was back. */
function asCounted(tombstone: Tombstone): One {
  const { requestedAt, state, steps, deletedAt, history, undoableUntil } = tombstone;
  const begun = history.findLast(({ from, to }) => from === 'deleted' && to === 'running')?.at ?? undoableUntil;
  const isOver = state === 'deleted' && deletedAt !== undefined;
  const seconds = isOver ? (Date.parse(deletedAt) - Date.parse(begun)) / 1_000 : undefined;
  return { requestedAt, state, steps, seconds: seconds === undefined ? undefined : Math.max(0, seconds) };
}

function totalsOf(counted: readonly One[]): Pick<Figures, 'requested' | 'states' | 'failures'> {
  const failures = new Map<string, Figures['failures'][number]>();
  for (const { steps } of counted)
    for (const step of STEP_NAMES) {
      const { state, error: code = 'unknown' } = steps[step];
      if (state !== 'failed') continue;
      const known = failures.get(`${step} ${code}`) ?? { step, code, count: 0 };
      failures.set(`${step} ${code}`, { ...known, count: known.count + 1 });
    }
  return {
    requested: counted.length,
    states: statesOf(counted),
    failures: [...failures.values()].sort(
      (a, b) => b.count - a.count || (`${a.step}${a.code}` < `${b.step}${b.code}` ? -1 : 1),
    ),
  };
}

function hoursOf(counted: readonly One[]): Figures['hours'] {
  const hours = Map.groupBy(counted, ({ requestedAt }) => `${requestedAt.slice(0, 13)}:00:00.000Z`);
  return [...hours]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([hour, those]) => {
      const seconds = percentilesOf(those.flatMap((one) => one.seconds ?? []));
      return { hour, requested: those.length, states: statesOf(those), ...(seconds && { seconds }) };
    });
}

function statesOf(counted: readonly One[]): Partial<Record<State, number>> {
  const states = Map.groupBy(counted, ({ state }) => state);
  return Object.fromEntries([...states].map(([state, those]) => [state, those.length]));
}

/** By the nearest rank: a value that really occurred. */
function percentilesOf(values: readonly number[]): Percentiles | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number;
  return { p50: rank(0.5), p95: rank(0.95) };
}
