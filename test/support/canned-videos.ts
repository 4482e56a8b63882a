import type { Mount } from '../../local/gateway/gateway.ts';
import type { User, Video } from '../../web/src/client/types.ts';
import { ADMIN } from './canned-deletions.ts';

export const OWNER = '0190c7a3-1111-7abc-8def-0123456789ab';
export const ACCOUNTS = [
  { userId: OWNER, username: 'ada', role: 'owner' },
  { userId: ADMIN, username: 'grace', role: 'admin' },
];

/** What the canned platform shows at first. The figures of a video differ, so that a sum tells which are in it. */
export const VIDEOS: readonly Video[] = [
  cannedVideo(1, 'Tide pools at dawn'),
  cannedVideo(2, 'A very long title of a video about <b>everything</b> & more'),
  cannedVideo(3, 'Rooftop garden', 'processing'),
];

/** @param position of the video: its id, its picture, and its likes and views follow from it */
export function cannedVideo(position: number, title: string, status: Video['status'] = 'ready'): Video {
  const id = `0190c7a4-0000-7000-8000-${String(position).padStart(12, '0')}`;
  return {
    id,
    title,
    description: null,
    status,
    url_hls: status === 'ready' ? `/videos/${id}/playlist.m3u8` : null,
    thumbnail: `/videos/${id}/thumbnail.svg`,
    duration_seconds: 12.5,
    created_at: '2026-11-20T08:00:00Z',
    likes: position,
    views: 1000 * position,
  };
}

/** The owner, with the figures that these videos add up to. */
export function cannedUser(videos: readonly Video[]): User {
  const sum = (count: (video: Video) => number) => videos.reduce((total, video) => total + count(video), 0);
  const stats = {
    videos_uploaded: videos.length,
    total_likes_received: sum(({ likes }) => likes),
    total_views: sum(({ views }) => views),
  };
  return { id: OWNER, username: 'ada', created_at: '2026-01-02T03:04:05Z', stats };
}

/** Thumbnails that differ, playlists with nothing in them, and the page's configuration. */
export const serveMedia = (undoSeconds: number): Mount => {
  return (request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    const id = /^\/videos\/([^/]+)\//.exec(path)?.[1];
    if (path === '/config.json') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ undoSeconds }));
    } else if (id && path.endsWith('.svg')) {
      response.setHeader('content-type', 'image/svg+xml');
      const colour = `hsl(${Number(id.at(-1)) * 70} 60% 60%)`;
      response.end(`<svg xmlns="http://www.w3.org/2000/svg"><rect width="100%" height="100%" fill="${colour}"/></svg>`);
    } else if (id) {
      response.setHeader('content-type', 'application/vnd.apple.mpegurl');
      response.end('#EXTM3U\n');
    } else return false;
    return true;
  };
};
