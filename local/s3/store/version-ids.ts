import { randomUUID } from 'node:crypto';

/** S3's id for the one version of an object that was written without versioning. */
export const NULL_VERSION = 'null';

const FORM = /^[0-9a-f]{12}[0-9a-f]{20}$/;

/** An id for a version or an upload, 32 characters. It begins with the sequence number, so that ids sort by age. */
export function idFor(sequence: number): string {
  return sequence.toString(16).padStart(12, '0') + randomUUID().replaceAll('-', '').slice(0, 20);
}

/**
 * True when this has the form of a version id. S3 distinguishes an id that it never issued from one whose version is
 * gone.
 */
export const isVersionId = (id: string): boolean => id === NULL_VERSION || FORM.test(id);

/** The sequence number in an id, also when its version is gone. Undefined for the null version. */
export const sequenceIn = (id: string): number | undefined =>
  id === NULL_VERSION ? undefined : Number.parseInt(id.slice(0, 12), 16);
