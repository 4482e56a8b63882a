const EVERY_MILLISECONDS = 100;

/** Watches the resident memory of this process. @returns `stop`, which tells in bytes how far it rose above where it began */
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
