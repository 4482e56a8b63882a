/** Codes that mean the same to an operator. Each group has its words in the texts, as `console.errors.<group>`. */
const GROUPS: Record<string, readonly string[]> = {
  throttled: ['SlowDown', 'ServiceUnavailable', 'ThrottlingException'],
  storeFailed: ['InternalError'],
  denied: ['AccessDenied', 'AccessDeniedException', '42501'],
  noBucket: ['NoSuchBucket'],
  uploadsRemain: ['UploadsRemain'],
  foreignAnswer: ['ForeignAnswer'],
  nameNotFound: ['NameNotFound'],
  rowsHidden: ['RowsHidden'],
  runsRemain: ['RunsRemain'],
  comesBack: ['ObjectsRemain', 'RowsRemain', 'CachedKeysRemain'],
  derivedRows: ['DerivedRowsRemain'],
  cacheRefused: ['NOPERM', 'WRONGPASS', 'NOAUTH'],
  cacheFull: ['OOM'],
  demoted: ['READONLY', 'MASTERDOWN', '25006'],
  edgeWaits: ['EdgeNotInvalidated'],
  edgeRefuses: ['InvalidArgument'],
  keyNotText: ['KeyNotText'],
  listsOtherwise: ['KeyOutsidePrefix', 'ListingWithoutMarker'],
  unsafeTarget: ['UnsafeTarget'],
  gateConflict: ['GateConflict'],
  edgeAnswer: ['InvalidationWithoutId', 'InvalidationBatchAlreadyExists'],
  gateNotClosed: ['GateNotClosed'],
  wrongLayout: ['LinkedFolder', 'ENOTDIR'],
  diskRefused: ['EACCES', 'EPERM', 'EBUSY'],
  schemaDiffers: ['42P01', '42703'],
  unknownReference: ['23503'],
  tooSlow: ['57014', '55P03'],
  databaseDown: ['53300', '57P01', '57P03', 'Error'],
  cacheDown: ['CacheUnavailable'],
  wrongCacheMode: ['WrongCacheMode'],
  pagesKeepComing: ['PagesKeepComing'],
  noAnswer: ['TimeoutError', 'ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT'],
  locked: ['ObjectsLocked'],
  rowFound: ['RowFound'],
  rootMissing: ['RootMissing'],
  notSigned: ['ReceiptNotSigned'],
  interrupted: ['Interrupted'],
  unknown: ['UnknownError'],
};
/** Every code that has words of its own. */
export const KNOWN_CODES: readonly string[] = Object.values(GROUPS).flat();
const GROUP_OF = new Map(Object.entries(GROUPS).flatMap(([group, codes]) => codes.map((code) => [code, group])));
/** Whole families of codes: SQLSTATE's class 08 is a connection, and `E…` an error of the operating system. */
const FAMILIES: readonly [RegExp, string][] = [
  [/^(08|57P)[0-9A-Z]+$/, 'databaseDown'],
  [/^E[A-Z]{2,}$/, 'diskRefused'],
];

/** The group of an error's code; `unknown` where it has none. */
export function errorGroupOf(code: string): string {
  return GROUP_OF.get(code) ?? FAMILIES.find(([pattern]) => pattern.test(code))?.[1] ?? 'unknown';
}

/** The address of what to do about an error: the row of its code where there is one, otherwise the section. */
export function articleOf(code: string): string {
  return `docs/errors.html#${GROUP_OF.has(code) ? code : 'a-step-fails'}`;
}
