/**
 * Plays an HLS playlist with hls.js, which is loaded at first use. Browsers without Media Source Extensions (iPhones)
 * play it themselves. `failed` is called after an error that ends playback. @returns a function that stops playback
 */
export async function play(screen: HTMLVideoElement, url: string, failed: () => unknown): Promise<() => void> {
  const { default: Hls } = await import('hls.js/light');
  if (!Hls.isSupported()) {
    screen.src = url;
    screen.onerror = failed;
    start(screen);
    return () => screen.removeAttribute('src');
  }
  // hls.js builds its worker from a string, which the content security policy forbids.
  const hls = new Hls({ enableWorker: false });
  hls.on(Hls.Events.ERROR, (_event, { fatal }) => {
    if (fatal) failed();
  });
  hls.on(Hls.Events.MANIFEST_PARSED, () => start(screen));
  hls.loadSource(url);
  hls.attachMedia(screen);
  return () => hls.destroy();
}

/** Browsers may refuse to play sound before the user's first action. The user can still press play in the controls. */
function start(screen: HTMLVideoElement) {
  screen.play().catch(() => undefined);
}
