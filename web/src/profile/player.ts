/**
 * Plays an HLS playlist: with hls.js, fetched when first needed, or by the browser itself where it has no Media Source
 * Extensions (iPhones). `failed` is called when it cannot go on. @returns what ends it
 */
export async function play(screen: HTMLVideoElement, url: string, failed: () => unknown): Promise<() => void> {
  const { default: Hls } = await import('hls.js/light');
  if (!Hls.isSupported()) {
    screen.src = url;
    screen.onerror = failed;
    start(screen);
    return () => screen.removeAttribute('src');
  }
  // The worker would be built from text, which the content security policy does not allow.
  const hls = new Hls({ enableWorker: false });
  hls.on(Hls.Events.ERROR, (_event, { fatal }) => {
    if (fatal) failed();
  });
  hls.on(Hls.Events.MANIFEST_PARSED, () => start(screen));
  hls.loadSource(url);
  hls.attachMedia(screen);
  return () => hls.destroy();
}

/** Browsers may refuse to start with sound before the user has touched the page; the controls are there. */
function start(screen: HTMLVideoElement) {
  screen.play().catch(() => undefined);
}
