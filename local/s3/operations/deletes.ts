import { requireChecksum, verifyChecksums } from '../http/integrity.ts';
import { type Deps, type Operation, xmlAnswer } from '../http/operation.ts';
import type { S3Request } from '../http/request.ts';
import { invalidArgument, messageOf, S3Error } from '../http/s3-error.ts';
import { childrenOf, readXml, textOf, type XmlNode } from '../http/xml-reader.ts';
import type { XmlElement } from '../http/xml-writer.ts';
import type { Change } from '../store/changes.ts';
import { bypassesGovernance } from '../store/lock-rules.ts';
import { isVersionId } from '../store/version-ids.ts';
import { type PlannedDeletion, planDelete } from '../store/version-rules.ts';

/** S3's limit for one DeleteObjects request. */
const KEYS_IN_A_REQUEST = 1000;

type Named = { key: string; versionId: string | undefined };

export const deleteObject: Operation = (deps, request) => {
  const bucket = deps.store.bucket(request.bucket);
  const versionId = request.query.get('versionId');
  if (versionId !== undefined && !isVersionId(versionId)) throw invalidArgument('Invalid version id specified');
  deps.faults.takeDeletes(1);
  const wanted = { key: request.key, versionId, bypassesGovernance: bypassesGovernance(request.headers) };
  const planned = planDelete(deps, bucket, wanted);
  deps.store.commit(planned.change && takesEffect(deps, wanted) ? [planned.change] : []);
  const version = planned.versionId !== undefined && { 'x-amz-version-id': planned.versionId };
  return { status: 204, headers: { ...version, ...(planned.isMarker && { 'x-amz-delete-marker': 'true' }) } };
};

/** Deletes key by key. A failed key becomes an `<Error>` in a 200, and the others are still deleted. */
export const deleteObjects: Operation = (deps, request) => {
  deps.store.bucket(request.bucket);
  const { wantsContentMd5, keysInARequest = KEYS_IN_A_REQUEST } = deps.faults.accent();
  requireChecksum(request, wantsContentMd5 ? /^content-md5$/ : undefined);
  verifyChecksums(request);
  const root = readXml(request.body, 'Delete');
  const named = childrenOf(root, 'Object').map(parseNamed);
  if (named.length === 0 || named.length > keysInARequest) throw new S3Error('MalformedXML');
  deps.faults.takeDeletes(named.length);
  const changes: Change[] = [];
  const results = named.map((one) => deleteOne(deps, request, one, changes));
  deps.store.commit(changes);
  const isQuiet = textOf(root, 'Quiet') === 'true';
  const shown = isQuiet ? results.filter(([name]) => name === 'Error') : results;
  return { ...xmlAnswer('DeleteResult', shown), keys: named.length };
};

function parseNamed(node: XmlNode): Named {
  const key = textOf(node, 'Key');
  if (!key) throw new S3Error('MalformedXML');
  // Ignoring an unknown condition would delete too much.
  const hasCondition = node.children.some(({ name }) => name !== 'Key' && name !== 'VersionId');
  if (hasCondition) throw new S3Error('NotImplemented');
  return { key, versionId: textOf(node, 'VersionId') || undefined };
}

function deleteOne(deps: Deps, request: S3Request, { key, versionId }: Named, changes: Change[]): XmlElement {
  const fault = deps.faults.keyFault(key);
  if (fault && !fault.tookEffect) return errorElement({ key, versionId }, fault.code, messageOf(fault.code));
  try {
    const bucket = deps.store.bucket(request.bucket);
    const wanted = { key, versionId, bypassesGovernance: bypassesGovernance(request.headers) };
    const planned = planDelete(deps, bucket, wanted);
    if (planned.change && takesEffect(deps, wanted)) changes.push(planned.change);
    return fault
      ? errorElement({ key, versionId }, fault.code, messageOf(fault.code))
      : deletedElement({ key, versionId }, planned);
  } catch (error) {
    if (error instanceof S3Error) return errorElement({ key, versionId }, error.code, error.message);
    throw error;
  }
}

/** Some stores answer that they have deleted, and list it again. */
function takesEffect({ faults }: Deps, { key, versionId }: Named): boolean {
  const { listsAgain, ignoresVersionIds } = faults.accent();
  return !listsAgain?.test(key) && !(ignoresVersionIds && versionId !== undefined);
}

function deletedElement({ key, versionId }: Named, planned: PlannedDeletion): XmlElement {
  const marker: XmlElement[] = planned.isMarker
    ? [
        ['DeleteMarker', true],
        ['DeleteMarkerVersionId', planned.versionId],
      ]
    : [];
  return ['Deleted', [['Key', key], ['VersionId', versionId], ...marker]];
}

const errorElement = ({ key, versionId }: Named, code: string, message: string): XmlElement => [
  'Error',
  [
    ['Key', key],
    ['VersionId', versionId],
    ['Code', code],
    ['Message', message],
  ],
];
