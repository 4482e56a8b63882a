import { invalidArgument, S3Error } from '../http/s3-error.ts';
import type { Lock, Retention, Version } from './model.ts';

const isRunning = (retention: Retention | undefined, now: Date): retention is Retention =>
  retention !== undefined && Date.parse(retention.until) > now.getTime();

/** True when the version must not be deleted now. Only governance can be bypassed; a delete marker is never locked. */
export function isLocked(version: Version, now: Date, bypassesGovernance: boolean): boolean {
  if (version.kind === 'marker' || !version.lock) return false;
  const { legalHold, retention } = version.lock;
  if (legalHold) return true;
  return isRunning(retention, now) && !(retention.mode === 'GOVERNANCE' && bypassesGovernance);
}

/**
 * Retention can always be extended. Shortening it, lifting it or leaving compliance weakens it. That is impossible
 * under compliance, and under governance it needs the bypass header.
 * @throws {S3Error} AccessDenied
 */
export function checkRetentionChange(
  before: Retention | undefined,
  next: Retention | undefined,
  now: Date,
  bypassesGovernance: boolean,
): void {
  if (!isRunning(before, now)) return;
  const isShorter = !next || Date.parse(next.until) < Date.parse(before.until);
  const isWeaker = isShorter || next.mode !== before.mode;
  const isAllowed =
    !isWeaker ||
    (before.mode === 'GOVERNANCE' && bypassesGovernance) ||
    (before.mode === 'GOVERNANCE' && !isShorter && next.mode === 'COMPLIANCE');
  if (!isAllowed) throw new S3Error('AccessDenied');
}

/**
 * Reads a retention from a request.
 * @throws {S3Error} MalformedXML for an unknown mode or time; InvalidArgument when the time is in the past
 */
export function parseRetention(mode: string | undefined, until: string | undefined, now: Date): Retention {
  const time = Date.parse(until ?? '');
  if ((mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') || Number.isNaN(time)) throw new S3Error('MalformedXML');
  if (time <= now.getTime()) throw invalidArgument('The retain until date must be in the future!');
  return { mode, until: new Date(time).toISOString() };
}

/**
 * The lock that an upload requests in its headers.
 * @throws {S3Error} InvalidRequest when the bucket has no Object Lock
 */
export function lockFromHeaders(
  bucket: { objectLock: boolean },
  headers: Readonly<Record<string, string>>,
  now: Date,
): { lock?: Lock } {
  const mode = headers['x-amz-object-lock-mode'];
  const until = headers['x-amz-object-lock-retain-until-date'];
  const legalHold = headers['x-amz-object-lock-legal-hold'];
  if (mode === undefined && until === undefined && legalHold === undefined) return {};
  requireObjectLock(bucket);
  const retention = mode === undefined && until === undefined ? {} : { retention: parseRetention(mode, until, now) };
  return { lock: { ...retention, ...(legalHold === 'ON' && { legalHold: true }) } };
}

/** @throws {S3Error} InvalidRequest */
export function requireObjectLock(bucket: { objectLock: boolean }): void {
  if (bucket.objectLock) return;
  throw new S3Error('InvalidRequest', { message: 'Bucket is missing Object Lock Configuration' });
}

/** The header that requests to delete or shorten in spite of governance. */
export const bypassesGovernance = (headers: Readonly<Record<string, string>>): boolean =>
  headers['x-amz-bypass-governance-retention'] === 'true';
