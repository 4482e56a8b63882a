import * as z from 'zod/mini';
import type { Receipt } from '../../deletion/record/receipt.ts';
import { STEP_NAMES } from '../../deletion/record/steps.ts';
import { REASONS } from '../../deletion/record/tombstone.ts';
import { isUuid } from '../../deletion/video-id.ts';

const time = z.iso.datetime();
const uuid = z.string().check(z.refine(isUuid));
const wholeNumber = z.int().check(z.gte(0));
const steps = z.array(z.enum(STEP_NAMES));
const counts = z.record(z.string(), wholeNumber);
const reason = z.enum(REASONS);
const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));

// Loose: a receipt of a newer version may have more members. They are signed as well.
const schema = z.looseObject({
  jti: uuid,
  iat: wholeNumber,
  iss: z.exactOptional(z.string()),
  environment: z.exactOptional(z.string()),
  software: z.exactOptional(z.string()),
  dataMap: z.exactOptional(sha256),
  places: z.exactOptional(z.partialRecord(z.enum(STEP_NAMES), z.string())),
  sub: uuid,
  deletionId: uuid,
  ownerId: z.exactOptional(z.string()),
  requestedBy: z.string(),
  requests: z.exactOptional(z.array(z.looseObject({ by: z.string(), reason, at: time }))),
  reason,
  requestedAt: time,
  reapplied: z.exactOptional(z.looseObject({ at: time, by: z.string() })),
  hiddenAt: z.exactOptional(time),
  emptiedAt: z.exactOptional(time),
  deletedAt: time,
  verification: z.exactOptional(z.looseObject({ steps, at: z.exactOptional(time) })),
  validation: z.exactOptional(z.looseObject({ steps, at: time })),
  counts: z.partialRecord(z.enum(STEP_NAMES), counts),
  resolved: z.exactOptional(counts),
  notPartOf: z.array(z.enum(STEP_NAMES)),
  edge: z.exactOptional(
    z.looseObject({
      paths: wholeNumber,
      requestedAt: z.exactOptional(time),
      invalidationId: z.exactOptional(z.string()),
      completedAt: z.exactOptional(time),
      gatedAt: z.exactOptional(time),
    }),
  ),
  late: counts,
  exceptions: z.looseObject({
    notOurs: z.exactOptional(z.looseObject({ count: wholeNumber, sha256: z.exactOptional(sha256) })),
    interruptedPasses: z.exactOptional(wholeNumber),
    failures: z.exactOptional(z.partialRecord(z.enum(STEP_NAMES), wholeNumber)),
    atLeast: z.exactOptional(z.array(z.enum(STEP_NAMES))),
    nothingFound: z.exactOptional(z.union([z.literal(true), z.literal('unknown')])),
    notFound: z.exactOptional(wholeNumber),
    kept: z.exactOptional(wholeNumber),
    sharedRuns: z.exactOptional(wholeNumber),
    notListed: z.exactOptional(z.array(z.string().check(z.regex(/^[a-zA-Z]{1,32}$/)))),
  }),
  history: z.looseObject({ head: sha256, length: wholeNumber }),
});

/** A signed payload that is no receipt. The message names the members that are wrong. */
export class MalformedReceipt extends Error {
  override name = 'MalformedReceipt';
  constructor(wrong: readonly string[]) {
    super(`This is no receipt of a deletion: ${wrong.join(', ')}`);
  }
}

/**
 * The receipt in a payload whose signature was verified before.
 * @throws {MalformedReceipt} which names each member that is missing or wrong
 */
export function parseReceipt(payload: unknown): Receipt {
  const { data, error } = schema.safeParse(payload);
  if (!error) {
    const wrong = wrongTimesIn(data);
    if (wrong.length > 0) throw new MalformedReceipt(wrong);
    return data;
  }
  const members = error.issues.map(({ path }) => path);
  throw new MalformedReceipt([...new Set(members.map((path) => describe(payload, path)))]);
}

/** Times that contradict each other. `iat` has whole seconds. */
function wrongTimesIn({ requestedAt, hiddenAt, emptiedAt, deletedAt, iat }: Receipt): string[] {
  const [requested, deleted] = [Date.parse(requestedAt), Date.parse(deletedAt)];
  const isWithin = (time: string | undefined) =>
    time === undefined || (Date.parse(time) >= requested && Date.parse(time) <= deleted);
  return [
    ...(deleted < requested ? ['deletedAt is before requestedAt'] : []),
    ...(isWithin(hiddenAt) ? [] : ['hiddenAt is not between requestedAt and deletedAt']),
    ...(isWithin(emptiedAt) ? [] : ['emptiedAt is not between requestedAt and deletedAt']),
    ...(Math.floor(deleted / 1000) === iat ? [] : ['iat is not the second of deletedAt']),
  ];
}

function describe(payload: unknown, path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'it is no JSON object';
  const name = path.join('.');
  const isThere = path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)?.[key], payload);
  return isThere === undefined ? `${name} is missing` : `${name} is not what it should be`;
}
