import { AccountDisabled, NotYours, UnknownVideo } from '../errors.ts';
import type { Caller, Ports, VideoRow } from '../ports.ts';
import { stateBehindHold, type Tombstone } from '../record/tombstone.ts';
import type { VideoId } from '../video-id.ts';

export type Asked = { callerId: string; videoId: VideoId };

/** The caller, and the video's row if there is one, in one query. @throws {AccountDisabled} {StoreUnavailable} */
export async function authenticate(
  { rows }: Pick<Ports, 'rows'>,
  { callerId, videoId }: Asked,
): Promise<{ caller: Caller; video?: VideoRow }> {
  const { caller, video } = await rows.find(callerId, videoId);
  if (!caller?.isActive) throw new AccountDisabled('This account may not delete videos');
  return video ? { caller, video } : { caller };
}

/**
 * Checks that the caller may delete this video. A stranger learns no more than any visitor of the site could.
 * @throws {NotYours} for a public video {UnknownVideo} for any other
 */
export function authoriseByRow(caller: Caller, video: VideoRow): void {
  if (caller.isAdmin || video.ownerId === caller.id) return;
  if (video.status === 'ready' && !video.hidden) throw new NotYours('Only its owner or an admin may delete this video');
  throw new UnknownVideo('There is no such video');
}

/** Without a row, the tombstone decides whether the caller may ask. @throws {UnknownVideo} */
export function authoriseByTombstone(caller: Caller, tombstone: Tombstone | undefined, ownerId?: string): Tombstone {
  if (!tombstone || !mayKnow(caller, tombstone, ownerId)) throw new UnknownVideo('There is no such video');
  return tombstone;
}

/**
 * Owners may know of deletions that they or an admin requested. Only admins may know of a hold without a request.
 * @param ownerId the owner in the video's row, while there is one: the video may have changed hands since the request.
 * A former owner knows only of what that owner has requested.
 */
export function mayKnow({ id, isAdmin }: Caller, tombstone: Tombstone, ownerId = tombstone.ownerId): boolean {
  if (tombstone.state === 'none') return false;
  const hasAsked = tombstone.requests.some(({ by, reason }) => by === id && reason !== 'admin');
  return isAdmin || ((ownerId === id || hasAsked) && stateBehindHold(tombstone) !== 'none');
}

/**
 * An admin who holds or releases a video, and the video's row if there is one.
 * @throws {NotYours} to the owner, who knows of the video {UnknownVideo} to everybody else {AccountDisabled}
 * {StoreUnavailable}
 */
export async function authenticateAdmin(
  ports: Pick<Ports, 'rows' | 'tombstones'>,
  asked: Asked,
): Promise<{ caller: Caller; video?: VideoRow }> {
  const found = await authenticate(ports, asked);
  const { caller, video } = found;
  if (caller.isAdmin) return found;
  if (video?.ownerId !== caller.id) authoriseByTombstone(caller, await ports.tombstones.find(asked.videoId));
  throw new NotYours('Only an admin may hold or release a video');
}

/**
 * The caller's own deletion. An admin gets any deletion. @throws {UnknownVideo} {AccountDisabled} {StoreUnavailable}
 */
export async function findDeletion(
  ports: Pick<Ports, 'rows' | 'tombstones'>,
  asked: Asked,
): Promise<{ caller: Caller; deletion: Tombstone; hasRow: boolean }> {
  const [{ caller, video }, tombstone] = await Promise.all([
    authenticate(ports, asked),
    ports.tombstones.find(asked.videoId),
  ]);
  return { caller, deletion: authoriseByTombstone(caller, tombstone, video?.ownerId), hasRow: video !== undefined };
}
