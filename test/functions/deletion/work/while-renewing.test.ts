import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { whileRenewing } from '../../../../functions/deletion/work/while-renewing.ts';
import { createBarrier } from '../../../support/barrier.ts';

const LEASE = 60;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** How often the lease was renewed in ten minutes of one call that does not end. */
async function renewalsDuring(silence: () => number): Promise<number> {
  let renewals = 0;
  const renew = async () => {
    renewals += 1;
  };
  const call = createBarrier();
  const working = whileRenewing({ leaseSeconds: LEASE, silence, renew }, () => call.pass());
  await vi.advanceTimersByTimeAsync(600_000);
  const renewed = renewals;
  call.open();
  await working;
  await vi.advanceTimersByTimeAsync(600_000);
  expect(renewals, 'after the call').toBe(renewed);
  return renewed;
}

test('a step that goes on reporting is renewed every 10 s', async () => {
  expect(await renewalsDuring(() => 0)).toBe(60);
});

test('a call that never ends loses its lease: after three leases without a report nothing is renewed', async () => {
  const began = Date.now();
  expect(await renewalsDuring(() => Date.now() - began)).toBe(17);
});
