import { InvalidVideoId } from './errors.ts';

declare const brand: unique symbol;

/** The id of a video: a UUID in lower case. Only `parseVideoId` makes one, so no other string can become a prefix. */
export type VideoId = string & { readonly [brand]: 'VideoId' };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The only way to get a `VideoId` from outside. Upper case, encodings and surrounding space are refused, not repaired:
 * a repaired id may be the id of another video.
 * @throws {InvalidVideoId}
 */
export function parseVideoId(value: unknown): VideoId {
  if (typeof value !== 'string' || !UUID.test(value)) throw new InvalidVideoId();
  return value as VideoId;
}

/** True for any UUID in lower case: ids of users and deletions as well as videos. */
export function isUuid(value: string): boolean {
  return UUID.test(value);
}

/** Every id that a text holds anywhere, in lower case, each once. */
export function idsWithin(text: string): VideoId[] {
  const ids = text.toLowerCase().match(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g) ?? [];
  return [...new Set(ids)].filter(isUuid) as VideoId[];
}
