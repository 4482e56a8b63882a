import { setTimeout as delay } from 'node:timers/promises';

/** One line that changes while work goes on, for who watches. */
export type Progress = {
  say(line: string): void;
  /** Waits, counting down. */
  wait(seconds: number, what: string): Promise<void>;
  clear(): void;
};

const CLEAR_LINE = '\r\u001b[2K';

/** Silent unless the stream is a terminal. */
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
