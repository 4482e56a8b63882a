const CHANNEL = 'video-deletion';

type News = { videoId?: string };

/** Tells the browser's other tabs what was deleted here, and hears what was deleted there. */
export function listenToTabs(hears: { deletionAsked: (videoId: string) => void; changed: () => void }) {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<News>) => {
    if (typeof data?.videoId === 'string') hears.deletionAsked(data.videoId);
    hears.changed();
  };
  return {
    tell: (videoId: string) => channel.postMessage({ videoId } satisfies News),
    tellChanged: () => channel.postMessage({} satisfies News),
    close: () => channel.close(),
  };
}
