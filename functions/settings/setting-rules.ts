import type { Settings } from './setting-table.ts';

/** The longest undo window without a gate at the edge. */
export const LONGEST_WITHOUT_GATE_SECONDS = 3_600;

type Found = Partial<Settings>;
type Name = keyof Settings;
type Expectations = Record<string, { expected: string }>;
/** Compares settings that are valid one by one, and describes a contradiction between them. */
type Rule = (found: Found, expectations: Expectations) => string | undefined;

/**
 * The contradictions between settings that are valid one by one. `expectations` has the settings that the function
 * uses; a rule about other settings finds nothing.
 */
export function mistakesBetween(found: Found, expectations: Expectations): string[] {
  return RULES.flatMap((rule) => rule(found, expectations) ?? []);
}

const isSet = (name: Name) => (found: Found) => found[name] !== undefined;
const hasGate = ({ DISTRIBUTION_ID, EDGE_MODE }: Found) =>
  DISTRIBUTION_ID !== undefined && EDGE_MODE !== undefined && EDGE_MODE !== 'invalidate';
const isTls = ({ CACHE_URL: url }: Found) => url?.startsWith('rediss://') === true;

const RULES: readonly Rule[] = [
  needs('VIDEO_BUCKET', { when: ({ VIDEO_STORAGE }) => VIDEO_STORAGE === 's3', since: 'VIDEO_STORAGE is s3' }),
  needs('EDGE_QUEUE_URL', { when: isSet('DISTRIBUTION_ID'), since: 'DISTRIBUTION_ID is set' }),
  needs('GATE_STORE_ARN', { when: hasGate, since: 'EDGE_MODE is not invalidate' }),
  needs('EDGE_TTL_SECONDS', {
    when: (found) => hasGate(found) && found.EDGE_MODE === 'gate',
    since: 'EDGE_MODE is gate',
  }),
  refusesLongWindow('UNDO_SECONDS'),
  refusesLongWindow('ADMIN_UNDO_SECONDS'),
  needs('STORAGE_ENDPOINT', { when: isSet('STORAGE_SECRET_ARN'), since: 'STORAGE_SECRET_ARN is set' }),
  exactlyOne('DATABASE_URL', 'DATABASE_HOST'),
  needs('DATABASE_NAME', { when: isSet('DATABASE_HOST'), since: 'DATABASE_HOST is set' }),
  needs('DATABASE_USER', { when: isSet('DATABASE_HOST'), since: 'DATABASE_HOST is set' }),
  needs('CACHE_NAME', { when: isSet('CACHE_USER'), since: 'CACHE_USER is set' }),
  atMostOne('CACHE_USER', 'CACHE_SECRET_ARN'),
  // Neither a token nor a password may be sent in clear text.
  wantsTls('CACHE_USER'),
  wantsTls('CACHE_SECRET_ARN'),
  exactlyOne('RECEIPT_KEY_ID', 'RECEIPT_KEY_FILE'),
];

function needs(name: Name, { when, since }: { when: (found: Found) => boolean; since: string }): Rule {
  return (found, expectations) => {
    const expectation = expectations[name];
    const isMissing = expectation && found[name] === undefined && when(found);
    return isMissing ? `${name} is not set, expected ${expectation.expected}, since ${since}` : undefined;
  };
}

/** Without a gate, copies at the edge can be played while a deletion waits. Somebody has to want that. */
function refusesLongWindow(name: 'UNDO_SECONDS' | 'ADMIN_UNDO_SECONDS'): Rule {
  return (found, expectations) => {
    const isKnown = expectations.EDGE_MODE !== undefined && found.DISTRIBUTION_ID !== undefined;
    const isLong = (found[name] ?? 0) > LONGEST_WITHOUT_GATE_SECONDS;
    if (!isKnown || !isLong || hasGate(found) || found.PLAYABLE_WHILE_WAITING === 'true') return undefined;
    return `${name} is ${found[name]}, expected at most ${LONGEST_WITHOUT_GATE_SECONDS}, or EDGE_MODE gate or both, or PLAYABLE_WHILE_WAITING true, since copies at the edge can be played while a deletion waits`;
  };
}

function exactlyOne(first: Name, second: Name): Rule {
  const atMost = atMostOne(first, second);
  return (found, expectations) => {
    const [one, other] = [expectations[first], expectations[second]];
    if (!one || !other || isSet(first)(found) || isSet(second)(found)) return atMost(found, expectations);
    return `${first} is not set, expected ${one.expected}, or in ${second} ${other.expected}`;
  };
}

function atMostOne(first: Name, second: Name): Rule {
  return (found) =>
    isSet(first)(found) && isSet(second)(found)
      ? `${first} and ${second} are both set, expected one of the two`
      : undefined;
}

function wantsTls(name: 'CACHE_USER' | 'CACHE_SECRET_ARN'): Rule {
  return (found) =>
    isSet(name)(found) && !isTls(found)
      ? `CACHE_URL is ${found.CACHE_URL ? 'malformed' : 'not set'}, expected a URL like rediss://host:6379, since ${name} is set`
      : undefined;
}
