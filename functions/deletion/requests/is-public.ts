import type { VideoRow } from '../ports.ts';

/** True for a video that every visitor of the site can see. */
export function isPublic({ status, hidden }: Pick<VideoRow, 'status' | 'hidden'>): boolean {
  return status === 'ready' && !hidden;
}
