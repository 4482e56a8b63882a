import fc from 'fast-check';

/**
 * The largest message that a queue accepts, in bytes:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
const LARGEST = 1_048_576;

const ATTACKS = [
  '../../etc/passwd',
  "' or 1=1--",
  '*',
  '%2e%2e%2f',
  '\u0000',
  '\ud800',
  '\u202e\ufeff',
  '{"__proto__":{"isAdmin":true}}',
  '[[[[[[[[',
  '<script>alert(1)</script>',
  'Bearer eyJhbGciOi',
  'somebody@example.com',
  '-1',
  '1e309',
  '',
] as const;

/** Text that nobody sends who means well: attacks, any characters, and now and then as much of it as fits. */
export const hostileText = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...ATTACKS) },
  { weight: 6, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.constantFrom(...ATTACKS).map((text) => text.padEnd(LARGEST, 'x')) },
);

const id = fc.uuid({ version: 7 });
/** What stands where an id belongs: another type, an attack, or nearly an id. */
const oddId = fc.oneof(
  fc.jsonValue(),
  hostileText,
  id.map((one) => one.toUpperCase()),
  id.map((one) => `${one}/`),
);

/** The body of a message that is none of ours, or of one that names no deletion. */
export const badMessage = fc.oneof(
  hostileText,
  fc.json(),
  ...[
    fc.record({ videoId: oddId, deletionId: id }),
    fc.record({ videoId: id, deletionId: oddId }),
    fc.record({ videoId: id, deletionId: id, more: fc.jsonValue() }),
    fc.record({ videoId: id, deletionId: id }),
    fc.array(fc.record({ videoId: id, deletionId: id })),
  ].map((shape) => shape.map((value) => JSON.stringify(value))),
  fc.tuple(id, id).map(([video, deletion]) => `{"__proto__":{"videoId":"${video}"},"deletionId":"${deletion}"}`),
);

const parameters = fc.dictionary(
  fc.oneof(fc.constantFrom('state', 'cursor', 'limit', 'ownerId'), hostileText),
  hostileText,
  {
    maxKeys: 4,
  },
);

/** What somebody sends to a route of the API, beside the token: the parts of an event that are theirs to choose. */
export const badCall = fc.record({
  videoId: fc.option(
    fc.oneof(
      id,
      oddId.map((odd) => (typeof odd === 'string' ? odd : JSON.stringify(odd)).toWellFormed()),
    ),
    { nil: undefined },
  ),
  body: fc.option(
    fc.oneof(
      badMessage,
      fc.record({ videoIds: fc.jsonValue() }).map((one) => JSON.stringify(one)),
    ),
    { nil: undefined },
  ),
  query: fc.option(parameters, { nil: undefined }),
  headers: fc.dictionary(
    fc.constantFrom('content-type', 'content-length', 'x-forwarded-for', 'idempotency-key'),
    hostileText,
  ),
  isBase64Encoded: fc.boolean(),
  /** What the token's claim holds: the authorizer has verified it, so it is somebody's, but of any type. */
  sub: fc.oneof({ weight: 3, arbitrary: fc.constant('stranger') }, fc.jsonValue()),
});
