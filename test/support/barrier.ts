/** Where two or more tasks meet: each waits until `open` is called; `arrived(n)` resolves once n of them wait. */
export function createBarrier() {
  let waiting = 0;
  let isOpen = false;
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const watchers: (() => void)[] = [];
  return {
    async pass(): Promise<void> {
      if (isOpen) return;
      waiting++;
      for (const watch of watchers) watch();
      await opened;
    },
    arrived: (count: number) =>
      new Promise<void>((resolve) => {
        const watch = () => waiting >= count && resolve();
        watchers.push(watch);
        watch();
      }),
    open() {
      isOpen = true;
      open();
    },
  };
}
