import { placeInClip, segmentSeconds } from './sample-media.ts';

/** `<id>_001.ts`, `<id>_002.ts`, … */
export function segmentName(videoId: string, number: number): string {
  return `${videoId}_${String(number).padStart(3, '0')}.ts`;
}

/** The playlist of one rendition with this many segments (RFC 8216). */
export function renditionPlaylist(videoId: string, segments: number): string {
  const numbers = Array.from({ length: segments }, (_, index) => index + 1);
  const target = Math.max(...numbers.map(segmentSeconds));
  const entries = numbers.flatMap((number) => [
    // Where the clip starts again, its time stamps start again, too.
    ...(number > 1 && placeInClip(number) === 0 ? ['#EXT-X-DISCONTINUITY'] : []),
    `#EXTINF:${segmentSeconds(number).toFixed(3)},`,
    segmentName(videoId, number),
  ]);
  const header = ['#EXTM3U', '#EXT-X-VERSION:6', `#EXT-X-TARGETDURATION:${target}`, '#EXT-X-PLAYLIST-TYPE:VOD'];
  return [...header, ...entries, '#EXT-X-ENDLIST', ''].join('\n');
}
