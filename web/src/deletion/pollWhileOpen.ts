import { type DeletableVideo, isOpen, type Progress, secondsToUndo } from './progress.ts';

/** How often progress is asked for, in milliseconds. */
const EVERY = 1000;
/** After an answer that did not come: offline, or a server that is busy. */
const EVERY_AFTER_FAILURE = 5000;
/** How many are looked at in one round; of more, those that were not looked at for longest. */
const A_ROUND = 5;

type Polled<V> = {
  entries: () => readonly Progress<V>[];
  put: (entry: Progress<V>) => void;
  /** Asks how one stands. Throws when there is no answer: the next one will tell. */
  look: (entry: Progress<V>) => Promise<void>;
};

/**
 * Looks at what is open once a second, at once when the browser is online again, and not at all while the page is hidden.
 * Counts the seconds to undo down, whether answers come or not.
 */
export function pollWhileOpen<V extends DeletableVideo>({ entries, put, look }: Polled<V>) {
  const open = () => entries().filter(({ deletion }) => deletion && isOpen(deletion));
  const countdown = setInterval(() => {
    for (const entry of open()) {
      const seconds = entry.deletion ? secondsToUndo(entry.deletion) : 0;
      if (seconds !== entry.secondsToUndo) put({ ...entry, secondsToUndo: seconds });
    }
  }, EVERY);
  const lookedIn = new Map<string, number>();
  let rounds = 0;
  const next = () =>
    open()
      .sort((a, b) => (lookedIn.get(a.video.id) ?? 0) - (lookedIn.get(b.video.id) ?? 0))
      .slice(0, A_ROUND);

  const timer = repeat(
    () => open().length > 0,
    async () => {
      if (document.hidden) return true;
      rounds += 1;
      const chosen = next();
      for (const { video } of chosen) lookedIn.set(video.id, rounds);
      const outcomes = await Promise.allSettled(chosen.map(look));
      return outcomes.every(({ status }) => status === 'fulfilled');
    },
  );
  window.addEventListener('online', timer.now);
  document.addEventListener('visibilitychange', timer.now);
  return {
    start: timer.soon,
    stop() {
      clearInterval(countdown);
      timer.stop();
      window.removeEventListener('online', timer.now);
      document.removeEventListener('visibilitychange', timer.now);
    },
  };
}

/** Acts again and again while it `goesOn`, one at a time, and less often after one that says `false`. */
function repeat(goesOn: () => boolean, act: () => Promise<boolean>) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isActing = false;
  let isStopped = false;
  const plan = (milliseconds: number) => {
    clearTimeout(timer);
    if (!isStopped && !isActing && goesOn()) timer = setTimeout(run, milliseconds);
  };
  async function run() {
    isActing = true;
    const isWell = await act();
    isActing = false;
    plan(isWell ? EVERY : EVERY_AFTER_FAILURE);
  }
  return {
    now: () => plan(0),
    soon: () => plan(EVERY),
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
