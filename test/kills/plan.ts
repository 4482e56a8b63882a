import { seeded } from '../support/seeded.ts';
import { KILL_POINTS, POINT_NAMES, type PointName } from './kill-points.ts';
import type { Phase } from './moments.ts';

/** One process's end: which deletion is killed, counted from 0, and where. */
export type PlannedKill = { deletion: number; point: PointName; phase: Phase };

export type Plan = { deletions: number; kills: PlannedKill[] };

/** Deletions that have been killed once and are kept for their second kill: the queue is slow to give them out. */
const BACKLOG = 8;

/**
 * Plans which process is killed, at which deletion and where: each point as often in a hundred kills as it says, and
 * the others sometimes. Each deletion is killed twice, the first time right after its request. The same seed gives the
 * same plan.
 * @throws {RangeError} when the number of kills is not possible
 */
export function planKills({ kills, seed }: { kills: number; seed: number }): Plan {
  if (!Number.isInteger(kills) || kills < 1) throw new RangeError(`${kills} is no number of kills`);
  const random = seeded(seed);
  const hundred = POINT_NAMES.flatMap((name) => Array<PointName>(KILL_POINTS[name].ofHundred).fill(name));
  const hundreds = Array.from({ length: Math.floor(kills / 100) }, () => hundred).flat();
  const points = [...hundreds, ...shuffled(hundred, random).slice(0, kills % 100)];
  const deletions = shuffled(deal(shuffled(points, random)), random);
  const planned = deletions.map((names, deletion) =>
    names.map((point) => ({ deletion, point, phase: shuffled(KILL_POINTS[point].phases, random)[0] as Phase })),
  );
  return { deletions: deletions.length, kills: inOrder(planned) };
}

/** Two points for each deletion, in their order. Those where it must have just been asked for go to one each. */
function deal(points: readonly PointName[]): PointName[][] {
  const isFirst = (name: PointName) => KILL_POINTS[name].isFirst === true;
  const dealt = points.filter(isFirst).map((name) => [name]);
  while (dealt.length < points.length / 2) dealt.push([]);
  const others = points.filter((name) => !isFirst(name));
  for (const names of dealt) names.push(...others.splice(0, 2 - names.length));
  return dealt.filter(({ length }) => length > 0).map((names) => names.sort(byPlace));
}

function byPlace(one: PointName, other: PointName): number {
  return POINT_NAMES.indexOf(one) - POINT_NAMES.indexOf(other);
}

/** In turns: the first kill of the next deletion, and the second of one that was killed some time ago. */
function inOrder(planned: readonly PlannedKill[][]): PlannedKill[] {
  const turns = Array.from({ length: planned.length + BACKLOG }, (_, n) => [
    planned[n]?.[0],
    planned[n - BACKLOG]?.[1],
  ]);
  return turns.flat().filter((kill) => kill !== undefined);
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}
