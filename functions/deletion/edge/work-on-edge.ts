import { edgePathsOf, isWildcard, MOST_WILDCARDS } from '../data-map/edge-paths.ts';
import { type FailureCode, reasonOf, TooManyInvalidations, UnknownInvalidation } from '../errors.ts';
import type { DeletionMessage, Edge, Gate, Ports } from '../ports.ts';
import { type ChangePorts, change } from '../record/change.ts';
import { isEdgeDone } from '../record/gate.ts';
import { sha256 } from '../record/history.ts';
import * as lifecycle from '../record/lifecycle.ts';
import type { EdgeInvalidation, Tombstone } from '../record/tombstone.ts';
import { INVALIDATION_PATIENCE_SECONDS } from '../rules.ts';
import { keepGate } from './keep-gate.ts';

type EdgePorts = Pick<Ports, 'tombstones' | 'edgeQueue' | 'random'> & ChangePorts & { edge: Edge; gate?: Gate };

const TOO_MANY_SECONDS = 20;
/** CloudFront's codes for an invalidation that it will never accept. A single path can cause them. */
const IN_ONE_OF_THEM = new Set(['InvalidArgument', 'BatchTooLarge']);

/**
 * Closes or opens the gate for a batch of deletions, merges their paths into as few invalidations as possible, and
 * checks whether earlier invalidations have completed. A new invalidation is checked once before the deletion settles.
 * After that, the deletion itself asks for each check.
 * @returns the messages that failed and must be delivered again
 */
export async function workOnEdge(ports: EdgePorts, messages: readonly DeletionMessage[]): Promise<DeletionMessage[]> {
  const { gate } = ports;
  const found = new Map<string, Tombstone>();
  const failed = await lookAtEach(ports, messages, async ({ videoId, deletionId }) => {
    const tombstone = await ports.tombstones.find(videoId);
    if (tombstone?.deletionId === deletionId) found.set(videoId, tombstone);
  });
  if (gate && ports.rules.gate)
    failed.push(...(await keepGate({ ...ports, gate }, [...found.values()])).map(messageOf));

  const asking: Tombstone[] = [];
  const notLookedAt = await lookAtEach(ports, [...found.values()].filter(isWanted), async (tombstone) => {
    const isAsked = isUnderWay(tombstone, ports.clock()) && (await poll(ports, tombstone));
    if (!isAsked) asking.push(tombstone);
  });
  failed.push(...notLookedAt);
  for (const together of inOneInvalidation(ports, asking)) failed.push(...(await invalidateTogether(ports, together)));
  return failed;
}

/** As many deletions as fit into one invalidation, by their wildcards. */
function inOneInvalidation(ports: EdgePorts, asking: readonly Tombstone[]): Tombstone[][] {
  const groups: Tombstone[][] = [];
  let wildcards = MOST_WILDCARDS;
  for (const tombstone of asking) {
    const own = pathsOf(ports, tombstone).filter(isWildcard).length;
    if (wildcards + own > MOST_WILDCARDS) groups.push([]);
    wildcards = wildcards + own > MOST_WILDCARDS ? own : wildcards + own;
    groups.at(-1)?.push(tombstone);
  }
  return groups;
}

/** @returns those for which `look` failed */
async function lookAtEach<Named extends DeletionMessage>(
  { log }: Pick<EdgePorts, 'log'>,
  all: readonly Named[],
  look: (one: Named) => Promise<void>,
): Promise<DeletionMessage[]> {
  const failed: DeletionMessage[] = [];
  for (const one of all) {
    try {
      await look(one);
    } catch (error) {
      failed.push(messageOf(one));
      log.warn('edge not looked at', { ...messageOf(one), code: reasonOf(error) });
    }
  }
  return failed;
}

function isWanted(tombstone: Tombstone): boolean {
  return tombstone.edgeRequests > 0 && !isEdgeDone(tombstone);
}

function isUnderWay({ edge, edgeRequests }: Tombstone, now: Date): boolean {
  if (edge?.request !== edgeRequests || !edge.invalidationId) return false;
  return now.getTime() - Date.parse(edge.requestedAt) < INVALIDATION_PATIENCE_SECONDS * 1000;
}

/**
 * Checks whether the invalidation has completed. If it has not, the settling deletion asks for another check.
 * @returns false when the edge does not know it, so that it must be requested again
 */
async function poll(ports: EdgePorts, tombstone: Tombstone): Promise<boolean> {
  const edge = tombstone.edge as EdgeInvalidation;
  try {
    const isCompleted = await ports.edge.isCompleted(edge.invalidationId ?? '');
    if (isCompleted) await record(ports, tombstone, { ...edge, completedAt: ports.clock().toISOString() });
    return true;
  } catch (error) {
    if (error instanceof UnknownInvalidation) return false;
    throw error;
  }
}

async function invalidateTogether(ports: EdgePorts, together: readonly Tombstone[]): Promise<DeletionMessage[]> {
  try {
    const asked = askFor(ports, together);
    const { invalidationId, completed } = await ports.edge.invalidate(asked.paths, asked.callerReference);
    const { callerReference, requestedAt } = asked;
    const answer = { callerReference, invalidationId, requestedAt, ...(completed && { completedAt: requestedAt }) };
    for (const tombstone of together) {
      await record(ports, tombstone, {
        request: tombstone.edgeRequests,
        paths: pathsOf(ports, tombstone).length,
        ...answer,
      });
      if (!completed) await comeBack(ports, tombstone, pollSeconds(ports));
    }
    return [];
  } catch (error) {
    ports.log.warn('edge not invalidated', { deletions: together.length, code: reasonOf(error) });
    if (IN_ONE_OF_THEM.has(reasonOf(error))) return await invalidateApart(ports, together, reasonOf(error));
    if (!(error instanceof TooManyInvalidations)) return together.map(messageOf);
    const wait = TOO_MANY_SECONDS * (0.5 + ports.random());
    for (const tombstone of together) await comeBack(ports, tombstone, wait);
    return [];
  }
}

/** One deletion may have caused the refusal of all. Each is requested alone, so that the others do not wait for it. */
async function invalidateApart(
  ports: EdgePorts,
  together: readonly Tombstone[],
  code: FailureCode,
): Promise<DeletionMessage[]> {
  const [only] = together;
  if (only && together.length === 1) return await refuse(ports, only, code);
  const failed: DeletionMessage[] = [];
  for (const one of together) failed.push(...(await invalidateTogether(ports, [one])));
  return failed;
}

/** The step has failed. No message is repeated: the deletion asks again with its next pass. */
async function refuse(ports: EdgePorts, { videoId, deletionId }: Tombstone, code: FailureCode): Promise<never[]> {
  await change(ports, videoId, (current, now) =>
    current.deletionId === deletionId && current.state === 'settling'
      ? lifecycle.edgeRefused(current, code, now)
      : current,
  );
  return [];
}

/**
 * The paths of all deletions, and one caller reference. The reference is the same whenever the same deletions make the
 * same requests, so a repeated call costs nothing. A request that was made before without success gets a new reference.
 */
function askFor(ports: EdgePorts, together: readonly Tombstone[]) {
  const requests = together.map((tombstone) => `${tombstone.deletionId}:${tombstone.edgeRequests}`).sort();
  const earlier = together.flatMap(({ edge }) => edge?.callerReference ?? []).sort();
  return {
    paths: together.flatMap((tombstone) => pathsOf(ports, tombstone)).sort(),
    callerReference: sha256([...requests, ...earlier].join('\n')),
    requestedAt: ports.clock().toISOString(),
  };
}

async function record(ports: EdgePorts, { videoId, deletionId }: Tombstone, edge: EdgeInvalidation): Promise<void> {
  await change(ports, videoId, (current, now) => {
    const isAnswer = current.deletionId === deletionId && current.edgeRequests === edge.request;
    return isAnswer ? lifecycle.invalidated(current, edge, now) : current;
  });
  ports.log.info(edge.completedAt ? 'edge invalidated' : 'edge invalidation under way', { videoId, deletionId });
}

/** Half of the settle delay, so that a completed invalidation is known when the deletion is checked again. */
function pollSeconds({ rules }: EdgePorts): number {
  return rules.settleSeconds / 2;
}

/** Sends the message again for a later check. */
async function comeBack({ edgeQueue }: EdgePorts, tombstone: Tombstone, delaySeconds: number): Promise<void> {
  await edgeQueue?.send(messageOf(tombstone), { delaySeconds, groupId: tombstone.ownerId });
}

function messageOf({ videoId, deletionId }: DeletionMessage): DeletionMessage {
  return { videoId, deletionId };
}

function pathsOf({ rules }: EdgePorts, { videoId, target }: Tombstone): string[] {
  return edgePathsOf(videoId, target, rules);
}
