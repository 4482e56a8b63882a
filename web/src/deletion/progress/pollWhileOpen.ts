import { serverNow } from '../../client/send.ts';
import { createLookPlan } from './createLookPlan.ts';
import { type DeletableVideo, isOpen, type Progress, secondsToUndo } from './progress.ts';

/** How often it is looked whether it is time to ask, in milliseconds. */
const EVERY = 1000;
/** After an answer that did not come: offline, or a server that is busy. */
const EVERY_AFTER_FAILURE = 5000;
/** How many are asked about in one round; of more, those that have waited for longest. */
const A_ROUND = 5;

type Polled<V> = {
  entries: () => readonly Progress<V>[];
  put: (entry: Progress<V>) => void;
  /** Asks how one stands. Throws when there is no answer: the next one will tell. */
  look: (entry: Progress<V>) => Promise<void>;
};

/**
 * Looks at what is open, at once when the browser is online again or the page comes back, and not at all while the page is hidden.
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
  const plan = createLookPlan({ now: Date.now, serverNow });
  const lookAt = async (entry: Progress<V>) => {
    await look(entry);
    const now = entries().find(({ video }) => video.id === entry.video.id);
    if (now?.deletion) plan.looked(entry.video.id, now.deletion);
  };

  const timer = repeat(
    () => open().length > 0,
    async () => {
      if (document.hidden) return true;
      const outcomes = await Promise.allSettled(plan.due(open()).slice(0, A_ROUND).map(lookAt));
      return outcomes.every(({ status }) => status === 'fulfilled');
    },
  );
  const comeBack = () => {
    plan.lookAtAll();
    timer.now();
  };
  window.addEventListener('online', comeBack);
  document.addEventListener('visibilitychange', comeBack);
  return {
    start: timer.soon,
    stop() {
      clearInterval(countdown);
      timer.stop();
      window.removeEventListener('online', comeBack);
      document.removeEventListener('visibilitychange', comeBack);
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
