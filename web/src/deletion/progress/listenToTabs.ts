const CHANNEL = 'video-deletion';

/** The ids of videos whose deletion was accepted. Empty after an undo. */
type News = { accepted: string[] };

/** Tells the browser's other tabs what was deleted or undone in this one, and listens to them. A server has none. */
export function listenToTabs(heard: (accepted: string[]) => void) {
  if (typeof window === 'undefined') return { tell: (_accepted: string[]) => {}, close: () => {} };
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<News>) => {
    if (Array.isArray(data?.accepted)) heard(data.accepted);
  };
  return {
    tell: (accepted: string[]) => channel.postMessage({ accepted } satisfies News),
    close: () => channel.close(),
  };
}
