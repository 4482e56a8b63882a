import { serverNow } from '../../client/send.ts';
import { createPollPlan } from './createPollPlan.ts';
import { type DeletableVideo, isOpen, type Progress, secondsToUndo } from './progress.ts';

/** How often the page checks whether a poll is due, in milliseconds. */
const EVERY = 1000;
/** The same after a poll without an answer: the browser is offline, or the server is busy. */
const EVERY_AFTER_FAILURE = 5000;
/** At most this many polls in one round. The deletions that have waited longest come first. */
const A_ROUND = 5;

type Polled<V> = {
  entries: () => readonly Progress<V>[];
  put: (entry: Progress<V>) => void;
  /** Reads the state of one deletion. May throw: the next round tries again. */
  poll: (entry: Progress<V>) => Promise<void>;
};

/**
 * Polls the open deletions. Polls at once when the browser is online again or the page is visible again, and never
 * while the page is hidden. The countdown of the seconds to undo goes on without answers too.
 */
export function pollWhileOpen<V extends DeletableVideo>({ entries, put, poll }: Polled<V>) {
  // A server that renders the page has nothing to wait for.
  if (typeof window === 'undefined') return { start() {}, stop() {} };
  const open = () => entries().filter(({ deletion }) => deletion && isOpen(deletion));
  const countdown = setInterval(() => {
    for (const entry of open()) {
      const seconds = entry.deletion ? secondsToUndo(entry.deletion) : 0;
      if (seconds !== entry.secondsToUndo) put({ ...entry, secondsToUndo: seconds });
    }
  }, EVERY);
  const plan = createPollPlan({ now: Date.now, serverNow });
  const pollOne = async (entry: Progress<V>) => {
    await poll(entry);
    const now = entries().find(({ video }) => video.id === entry.video.id);
    if (now?.deletion) plan.polled(entry.video.id, now.deletion);
  };

  const timer = repeat(
    () => open().length > 0,
    async () => {
      if (document.hidden) return true;
      const outcomes = await Promise.allSettled(plan.due(open()).slice(0, A_ROUND).map(pollOne));
      return outcomes.every(({ status }) => status === 'fulfilled');
    },
  );
  const comeBack = () => {
    plan.pollAll();
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

/**
 * Calls `act` again and again while `goesOn`, never twice at the same time, and less often after it returned `false`.
 */
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
