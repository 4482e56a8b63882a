import { type ByteRange, parseByteRange } from '../http/byte-range.ts';
import { checkWriteConditions, isUnchanged } from '../http/conditions.ts';
import { verifyChecksums } from '../http/integrity.ts';
import { type Answer, type Deps, type Operation, quoted } from '../http/operation.ts';
import type { Target } from '../http/request.ts';
import { keptHeaders } from '../http/stored-headers.ts';
import { lockFromHeaders } from '../store/lock-rules.ts';
import { currentObject, type StoredObject } from '../store/model.ts';
import { findObject, planPut, writtenVersion } from '../store/version-rules.ts';

/** Query parameters of a GET that override a header of the answer. */
export const RESPONSE_OVERRIDES = [
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
];

export const putObject: Operation = ({ store, clock }, request) => {
  const bucket = store.bucket(request.bucket);
  verifyChecksums(request);
  checkWriteConditions(request, currentObject(bucket.keys.get(request.key)));
  const lock = lockFromHeaders(bucket, request.headers, clock());
  const piece = store.bodies.write(request.body);
  const content = {
    etag: piece.body,
    size: piece.size,
    pieces: [piece],
    headers: keptHeaders(request.headers),
    ...lock,
  };
  const { change, version } = planPut({ store, clock }, bucket, request.key, content);
  store.commit([change]);
  return { status: 200, headers: { etag: quoted(version.etag), ...writtenVersion(bucket, version) } };
};

export const headObject: Operation = (deps, request) => look(deps, request).answer;

export const getObject: Operation = (deps, request) => {
  const { answer, object, range } = look(deps, request);
  if (answer.status === 304) return answer;
  return { ...answer, body: deps.store.bodies.read(object.pieces, range.from, range.to) };
};

/** The object that a GET or HEAD addresses, and the answer without its bytes. */
function look(
  { store }: Pick<Deps, 'store'>,
  request: Target,
): { answer: Answer; object: StoredObject; range: ByteRange } {
  const bucket = store.bucket(request.bucket);
  const object = findObject(bucket, request.key, request.query.get('versionId'));
  const whole = { from: 0, to: object.size };
  const headers = { ...describe(object, bucket.versioning !== 'Unversioned'), ...overrides(request) };
  if (isUnchanged(request, object)) return { answer: { status: 304, headers }, object, range: whole };
  const asked = parseByteRange(request.headers.range, object.size);
  const range = asked ?? whole;
  const shown = { ...headers, 'content-length': range.to - range.from };
  if (!asked) return { answer: { status: 200, headers: shown }, object, range };
  const contentRange = `bytes ${range.from}-${range.to - 1}/${object.size}`;
  return { answer: { status: 206, headers: { ...shown, 'content-range': contentRange } }, object, range };
}

function describe({ etag, modifiedAt, versionId, headers, lock }: StoredObject, isVersioned: boolean) {
  return {
    'accept-ranges': 'bytes',
    'content-type': 'binary/octet-stream',
    ...headers,
    etag: quoted(etag),
    'last-modified': new Date(modifiedAt).toUTCString(),
    ...(isVersioned && { 'x-amz-version-id': versionId }),
    ...(lock?.retention && {
      'x-amz-object-lock-mode': lock.retention.mode,
      'x-amz-object-lock-retain-until-date': lock.retention.until,
    }),
    ...(lock?.legalHold && { 'x-amz-object-lock-legal-hold': 'ON' }),
  };
}

function overrides({ query }: Target): Record<string, string> {
  const given = RESPONSE_OVERRIDES.filter((name) => query.has(name));
  return Object.fromEntries(given.map((name) => [name.slice('response-'.length), query.get(name) ?? '']));
}
