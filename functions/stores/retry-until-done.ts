import { setTimeout } from 'node:timers/promises';

export type Retries = {
  attempts: number;
  /** Before the second attempt, in milliseconds. It doubles from there. */
  firstPause: number;
  wait?: (milliseconds: number) => Promise<unknown>;
};

/**
 * Repeats `attempt` until it returns true, with growing pauses between attempts. An error ends it at once.
 * @returns false when the last attempt returned false
 */
export async function retryUntilDone(
  attempt: () => Promise<boolean>,
  { attempts, firstPause, wait = setTimeout }: Retries,
): Promise<boolean> {
  for (let retry = 0; retry < attempts; retry += 1) {
    if (retry > 0) await wait(firstPause * 2 ** (retry - 1));
    if (await attempt()) return true;
  }
  return false;
}
