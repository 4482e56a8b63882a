import type { NewRow } from '../../functions/stores/postgres/database.ts';
import { sampleId } from './sample-id.ts';
import { SAMPLE_VIDEOS } from './sample-videos.ts';

const VIEWERS = 24;

/** Accounts that only watch. Nobody signs in as one of them. */
export const viewerRows: NewRow<'users'>[] = numbers(VIEWERS).map((n) => ({
  id: viewerId(n),
  username: `viewer-${n}`,
  email: `viewer-${n}@example.com`,
}));

/** The rows of viewers for each video that is ready: more for newer videos, and the same in every run. */
export function audienceRows() {
  const votes: NewRow<'votes'>[] = [];
  const liked: NewRow<'user_liked_videos'>[] = [];
  const views: NewRow<'views'>[] = [];
  const links: NewRow<'share_links'>[] = [];
  const clicks: NewRow<'share_clicks'>[] = [];

  for (const [index, { id: video_id }] of readyVideos().entries()) {
    for (const n of numbers(votesOf(index))) {
      const user_id = viewerId(n);
      const direction = n % 7 === 0 ? 'not_like' : 'like';
      votes.push({ id: sampleId('vote', votes.length + 1), video_id, user_id, direction });
      if (direction === 'like') liked.push({ id: sampleId('likedVideo', liked.length + 1), video_id, user_id });
    }
    for (const n of numbers(viewsOf(index))) {
      // Every third viewer is anonymous.
      const user_id = n % 3 === 0 ? null : viewerId(1 + (n % VIEWERS));
      views.push({ id: sampleId('view', views.length + 1), video_id, user_id, watched_seconds: n % 8 });
    }
    const link = {
      id: sampleId('shareLink', index + 1),
      video_id,
      created_by: viewerId(1),
      token: `sample-${index + 1}`,
    };
    links.push(link);
    for (const _ of numbers(clicksOf(index))) {
      clicks.push({ id: sampleId('shareClick', clicks.length + 1), share_link_id: link.id, video_id });
    }
  }
  return { votes, liked, views, links, clicks };
}

const votesOf = (index: number) => VIEWERS - index - ((index * 5) % 7);
const viewsOf = (index: number) => 72 - 4 * index - ((index * 11) % 17);
const clicksOf = (index: number) => 1 + ((index * 3) % 5);

function readyVideos() {
  return SAMPLE_VIDEOS.filter(({ status }) => status === 'ready');
}

function viewerId(n: number): string {
  return sampleId('viewer', n);
}

/** 1 to `count`. */
function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
