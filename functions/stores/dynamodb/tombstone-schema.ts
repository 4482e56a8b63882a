import * as z from 'zod/mini';
import { STEP_NAMES } from '../../deletion/record/steps.ts';
import { HOLD_CODES, REASONS, STATES, type Tombstone } from '../../deletion/record/tombstone.ts';
import { isUuid, parseVideoId } from '../../deletion/video-id.ts';

const time = z.iso.datetime();
const counts = z.record(z.string(), z.number());
const wholeNumber = z.int().check(z.gte(0));

/** A stored video id. A string that is not one is an issue of the schema, not an exception. */
export const videoIdSchema = z.pipe(
  z.string().check(z.refine(isUuid)),
  z.transform((id: string) => parseVideoId(id)),
);

// Nested objects are loose: an older version of this service writes them back as a whole, and must not lose the members
// of a newer version. In the history, a lost member would also break the chain of hashes.
const step = z.looseObject({
  state: z.enum(['waiting', 'provisional', 'done', 'failed', 'skipped']),
  attempts: wholeNumber,
  failures: z.exactOptional(wholeNumber),
  counts,
  atLeast: z.exactOptional(z.literal(true)),
  startedAt: z.exactOptional(time),
  lastStartedAt: z.exactOptional(time),
  finishedAt: z.exactOptional(time),
  error: z.exactOptional(z.string()),
  failed: z.exactOptional(z.array(z.looseObject({ startedAt: time, finishedAt: time, error: z.string() }))),
});

const target = z.looseObject({
  prefix: z.string().check(z.endsWith('/')),
  strayKeys: z.array(z.string()),
  notOurs: z.looseObject({ count: wholeNumber, sha256: z.exactOptional(z.string()) }),
  folders: z.exactOptional(z.array(z.string())),
  filled: z.exactOptional(z.array(z.string())),
  kept: z.exactOptional(wholeNumber),
  sought: z.exactOptional(z.array(z.array(z.string()))),
  notFound: z.exactOptional(wholeNumber),
  wasReady: z.exactOptional(z.boolean()),
  runs: z.array(z.string()),
  sharedRuns: z.exactOptional(z.array(z.string())),
  runsLeft: z.exactOptional(wholeNumber),
  manyRuns: z.exactOptional(z.looseObject({ count: wholeNumber, sha256: z.string() })),
  runsFrom: z.exactOptional(z.looseObject({ run: z.string(), of: z.string() })),
  runsByName: z.exactOptional(z.boolean()),
});

const edge = z.looseObject({
  request: wholeNumber,
  paths: wholeNumber,
  callerReference: z.exactOptional(z.string()),
  invalidationId: z.exactOptional(z.string()),
  requestedAt: time,
  completedAt: z.exactOptional(time),
  gatedAt: z.exactOptional(time),
  openedAt: z.exactOptional(time),
  ungatedAt: z.exactOptional(time),
});

const request = z.looseObject({ by: z.string(), reason: z.enum(REASONS), at: time, until: time });

const hold = z.looseObject({ code: z.enum(HOLD_CODES), caseNumber: z.string(), by: z.string(), at: time });
const from = z.enum(STATES.filter((state) => state !== 'held'));
const held = z.union([
  z.looseObject({ because: z.literal('legalHold'), from, hold }),
  z.looseObject({ because: z.enum(['objectLock', 'external']), from }),
]);

const historyEntry = z.looseObject({
  at: time,
  from: z.string(),
  to: z.string(),
  by: z.string(),
  detail: z.exactOptional(
    z.union([z.strictObject({ code: z.string(), caseNumber: z.exactOptional(z.string()) }), counts]),
  ),
  hash: z.string(),
});

const schema = z.object({
  videoId: videoIdSchema,
  deletionId: z.string(),
  revision: z.int().check(z.gte(1)),
  state: z.enum(STATES),
  ownerId: z.string(),
  requests: z.array(request).check(z.minLength(1)),
  requestedAt: time,
  undoableUntil: time,
  wasPublic: z.boolean(),
  target,
  steps: z.record(z.enum(STEP_NAMES), step),
  hidden: z.boolean(),
  hiddenAt: z.exactOptional(time),
  held: z.exactOptional(held),
  notListed: z.exactOptional(z.array(z.string())),
  edgeRequests: wholeNumber,
  edge: z.exactOptional(edge),
  lease: z.exactOptional(z.looseObject({ owner: z.string(), until: time })),
  attempts: wholeNumber,
  progressed: z.boolean(),
  interrupted: wholeNumber,
  restores: wholeNumber,
  late: counts,
  residue: z.exactOptional(wholeNumber),
  dueAt: z.exactOptional(time),
  sweepAt: z.exactOptional(time),
  history: z.array(historyEntry),
  folded: z.exactOptional(z.looseObject({ count: wholeNumber, hash: z.string() })),
  receipts: z.array(z.string()),
  deletedAt: z.exactOptional(time),
  outbox: z.array(z.looseObject({ id: z.string(), type: z.literal('VideoDeleted'), at: time })),
  expiresAt: z.exactOptional(wholeNumber),
});

/** A stored item that is not a tombstone. The message names the wrong attributes, never a value. */
export class MalformedTombstone extends Error {
  override name = 'MalformedTombstone';
  constructor(attributes: string[]) {
    super(`A stored tombstone does not have the shape of one: ${attributes.join(', ')}`);
  }
}

/**
 * Parses an item of the table. The attributes that only the indexes need are left out.
 * @throws {MalformedTombstone}
 */
export function parseTombstone(item: unknown): Tombstone {
  const parsed = schema.safeParse(item);
  if (parsed.success) return parsed.data;
  throw new MalformedTombstone([...new Set(parsed.error.issues.map(({ path }) => path.join('.') || 'item'))]);
}
