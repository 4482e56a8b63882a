const CHANNEL = 'video-deletion';

/** The ids of videos whose deletion was accepted; none where one was undone. */
type News = { accepted: string[] };

/** Tells the browser's other tabs what was deleted or undone here, and hears what was there. */
export function listenToTabs(hear: (accepted: string[]) => void) {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<News>) => {
    if (Array.isArray(data?.accepted)) hear(data.accepted);
  };
  return {
    tell: (accepted: string[]) => channel.postMessage({ accepted } satisfies News),
    close: () => channel.close(),
  };
}
