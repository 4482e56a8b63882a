import { randomUUID } from 'node:crypto';

/** What S3 calls the one version of an object that was written while versions were not enabled. */
export const NULL_VERSION = 'null';

const FORM = /^[0-9a-f]{12}[0-9a-f]{20}$/;

/** An id for a version or an upload, 32 characters. It begins with the sequence number, so that ids sort by age. */
export function idFor(sequence: number): string {
  return sequence.toString(16).padStart(12, '0') + randomUUID().replaceAll('-', '').slice(0, 20);
}

/** Whether this could be a version's id. S3 tells an id that it never gave apart from one that is gone. */
export const isVersionId = (id: string): boolean => id === NULL_VERSION || FORM.test(id);

/** The sequence number in an id, also when its version is gone; undefined for the null version. */
export const sequenceIn = (id: string): number | undefined =>
  id === NULL_VERSION ? undefined : Number.parseInt(id.slice(0, 12), 16);
