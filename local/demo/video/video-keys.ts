const RENDITIONS = ['1080p', '720p', '480p'];

/**
 * The first `count` keys of a video with three renditions: playlists, thumbnail, then segments of each rendition in
 * turn.
 */
export function videoKeys(videoId: string, count: number): string[] {
  const prefix = `videos/${videoId}`;
  const playlists = RENDITIONS.map((rendition) => `${prefix}/${rendition}/${videoId}.m3u8`);
  const fixed = [`${prefix}/playlist.m3u8`, `${prefix}/thumbnail.jpg`, ...playlists];
  const segments = Array.from({ length: Math.max(0, count - fixed.length) }, (_, n) => {
    const number = Math.floor(n / RENDITIONS.length) + 1;
    return segmentKey(videoId, RENDITIONS[n % RENDITIONS.length] ?? '', number);
  });
  return [...fixed, ...segments];
}

/** The key of one segment. Numbers start at 1 and have at least three digits. */
export function segmentKey(videoId: string, rendition: string, number: number): string {
  return `videos/${videoId}/${rendition}/${videoId}_${String(number).padStart(3, '0')}.ts`;
}

/** The content of a segment: about a kilobyte of text that names the video. */
export function segmentBody(videoId: string): string {
  return `A segment of ${videoId}.\n`.repeat(20);
}
