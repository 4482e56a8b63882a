import { setTimeout as delay } from 'node:timers/promises';

/** A status line that is rewritten while the command works. */
export type Progress = {
  say(line: string): void;
  /** Waits, and shows the seconds that are left. */
  wait(seconds: number, what: string): Promise<void>;
  clear(): void;
};

const CLEAR_LINE = '\r\u001b[2K';

/** Writes nothing unless the stream is a terminal. */
export function createProgress(stream: NodeJS.WriteStream): Progress {
  const show = (text: string) => void (stream.isTTY && stream.write(CLEAR_LINE + text));
  return {
    say: show,
    async wait(seconds, what) {
      for (let left = seconds; left > 0; left -= 1) {
        show(`${what} (${left} s)`);
        await delay(Math.min(1, left) * 1000);
      }
    },
    clear: () => show(''),
  };
}
