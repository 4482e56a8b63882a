import { isOpen, type Progress, secondsToUndo } from './progress.ts';

/** How often progress is asked for, in milliseconds. */
const EVERY = 1000;
/** After an answer that did not come: offline, or a server that is busy. */
const EVERY_AFTER_FAILURE = 5000;

type Polled<V> = {
  entries: () => Progress<V>[];
  /** Asks how one stands. Throws when there is no answer: the next one will tell. */
  look: (entry: Progress<V>) => Promise<void>;
};

/** Looks at what is open once a second, at once when the browser is online again, and not at all while the page is hidden. */
export function pollWhileOpen<V>({ entries, look }: Polled<V>) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;

  const open = () => entries().filter(({ deletion }) => deletion && isOpen(deletion));
  const plan = (milliseconds: number) => {
    clearTimeout(timer);
    timer = isStopped || open().length === 0 ? undefined : setTimeout(round, milliseconds);
  };

  async function round() {
    for (const entry of open()) if (entry.deletion) entry.secondsToUndo = secondsToUndo(entry.deletion);
    const outcomes = document.hidden ? [] : await Promise.allSettled(open().map(look));
    plan(outcomes.some(({ status }) => status === 'rejected') ? EVERY_AFTER_FAILURE : EVERY);
  }

  const again = () => plan(0);
  window.addEventListener('online', again);
  document.addEventListener('visibilitychange', again);
  return {
    start: () => plan(EVERY),
    stop() {
      isStopped = true;
      clearTimeout(timer);
      window.removeEventListener('online', again);
      document.removeEventListener('visibilitychange', again);
    },
  };
}
