import { afterEach, expect, it, vi } from 'vitest';
import { startSchedule } from '../../../local/handlers/scheduler.ts';

const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
let schedule: ReturnType<typeof startSchedule> | undefined;

afterEach(() => schedule?.stop());

it('runs at once and again and again, though a run fails', async () => {
  const handler = vi.fn(async () => undefined).mockRejectedValueOnce(new Error('broken'));
  schedule = startSchedule({ everyMilliseconds: 5, handler, name: 'sweep', log });
  expect(handler).toHaveBeenCalledOnce();
  await expect.poll(() => handler.mock.calls.length).toBeGreaterThan(3);
  expect(log.error).toHaveBeenCalledExactlyOnceWith(
    'A scheduled run failed',
    expect.objectContaining({ function: 'sweep' }),
  );
});

it('never runs twice at the same time', async () => {
  let active = 0;
  let most = 0;
  const handler = vi.fn(async () => {
    active += 1;
    most = Math.max(most, active);
    await new Promise((resolve) => setTimeout(resolve, 20));
    active -= 1;
  });
  schedule = startSchedule({ everyMilliseconds: 1, handler, name: 'sweep', log });
  await expect.poll(() => handler.mock.calls.length).toBeGreaterThan(3);
  expect(most).toBe(1);
});

it('may wait one period before the first run', async () => {
  const handler = vi.fn(async () => undefined);
  const waiting = { isLater: true, handler, name: 'find-orphans', log };
  await startSchedule({ ...waiting, everyMilliseconds: 60_000 }).stop();
  expect(handler).not.toHaveBeenCalled();
  schedule = startSchedule({ ...waiting, everyMilliseconds: 5 });
  expect(handler).not.toHaveBeenCalled();
  await expect.poll(() => handler.mock.calls.length).toBeGreaterThan(1);
});

it('stops only after the run at work, and starts no other', async () => {
  const gate = Promise.withResolvers<void>();
  const handler = vi.fn(() => gate.promise);
  const { stop } = startSchedule({ everyMilliseconds: 1, handler, name: 'sweep', log });
  let stopped = false;
  const stopping = stop().then(() => {
    stopped = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(stopped).toBe(false);
  gate.resolve();
  await stopping;
  expect(handler).toHaveBeenCalledOnce();
});
