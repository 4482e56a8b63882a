import { v7 as uuidv7 } from 'uuid';
import { prefixOf } from '../../functions/deletion/data-map/data-map.ts';
import { append } from '../../functions/deletion/record/history.ts';
import { STEP_NAMES, type Step, type StepName, type Tombstone } from '../../functions/deletion/record/tombstone.ts';
import { parseVideoId, type VideoId } from '../../functions/deletion/video-id.ts';

const REQUESTED_AT = '2026-11-22T10:00:00.000Z';

/** A video id that no other test uses. */
export function aVideoId(): VideoId {
  return parseVideoId(uuidv7());
}

/**
 * A valid tombstone of a pending deletion, requested by its owner on 2026-11-22 at 10:00 UTC with ten seconds to undo.
 * Its ids are new in every call.
 */
export function aTombstone(overrides: Partial<Tombstone> = {}): Tombstone {
  const videoId = overrides.videoId ?? aVideoId();
  const ownerId = overrides.ownerId ?? uuidv7();
  return {
    videoId,
    deletionId: uuidv7(),
    revision: 1,
    state: 'pending',
    ownerId,
    requestedBy: ownerId,
    reason: 'owner',
    requestedAt: REQUESTED_AT,
    undoableUntil: '2026-11-22T10:00:10.000Z',
    target: { prefix: prefixOf(videoId), strayKeys: [], notOurs: { count: 0 }, runs: [] },
    steps: waitingSteps(),
    hidden: false,
    attempts: 0,
    progressed: false,
    interrupted: 0,
    late: {},
    dueAt: '2026-11-22T10:00:10.000Z',
    sweepAt: '2026-11-22T10:02:10.000Z',
    history: append([], { at: overrides.requestedAt ?? REQUESTED_AT, from: 'none', to: 'pending', by: ownerId }),
    receipts: [],
    outbox: [],
    expiresAt: Date.parse('2027-12-27T10:00:00.000Z') / 1000,
    ...overrides,
  };
}

function waitingSteps(): Record<StepName, Step> {
  const waiting = (): Step => ({ state: 'waiting', attempts: 0, counts: {} });
  return Object.fromEntries(STEP_NAMES.map((name) => [name, waiting()])) as Record<StepName, Step>;
}
