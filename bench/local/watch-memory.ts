const EVERY_MILLISECONDS = 100;

/**
 * Watches the resident memory of this process. @returns `stop`, which returns how many bytes it rose above its start
 */
export function watchMemory(): { stop(): number } {
  const start = process.memoryUsage.rss();
  let most = start;
  const look = () => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(look, EVERY_MILLISECONDS);
  return {
    stop() {
      clearInterval(timer);
      look();
      return most - start;
    },
  };
}
