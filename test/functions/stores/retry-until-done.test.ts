import { expect, it, vi } from 'vitest';
import { retryUntilDone } from '../../../functions/stores/retry-until-done.ts';

const retries = () => ({ attempts: 4, firstPause: 10, wait: vi.fn(async () => {}) });

it('repeats with pauses that double, until it is done', async () => {
  const given = retries();
  const attempt = vi.fn(async () => true);
  attempt.mockResolvedValueOnce(false).mockResolvedValueOnce(false);
  expect(await retryUntilDone(attempt, given)).toBe(true);
  expect(attempt).toHaveBeenCalledTimes(3);
  expect(given.wait.mock.calls).toEqual([[10], [20]]);
});

it('gives up after the last attempt, without a pause behind it', async () => {
  const given = retries();
  const attempt = vi.fn(async () => false);
  expect(await retryUntilDone(attempt, given)).toBe(false);
  expect(attempt).toHaveBeenCalledTimes(4);
  expect(given.wait.mock.calls).toEqual([[10], [20], [40]]);
});

it('does not repeat what has failed', async () => {
  const given = retries();
  await expect(retryUntilDone(() => Promise.reject(new Error('refused')), given)).rejects.toThrow('refused');
  expect(given.wait).not.toHaveBeenCalled();
});
