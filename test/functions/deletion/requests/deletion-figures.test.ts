import { describe, expect, it } from 'vitest';
import { AccountDisabled, Malformed, NotYours } from '../../../../functions/deletion/errors.ts';
import { append } from '../../../../functions/deletion/record/history.ts';
import type { Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import { readFigures } from '../../../../functions/deletion/requests/deletion-figures.ts';
import { aLegalHold, aTombstone } from '../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../support/memory-world.ts';

const PERIOD = { since: '2026-11-22T10:00:00.000Z', until: '2026-11-22T12:00:00.000Z' };
const at = (time: string) => `2026-11-22T${time}.000Z`;

/** A deletion whose window ended when it was requested, and that took so long. */
const deletedAfter = (requestedAt: string, seconds: number): Partial<Tombstone> => ({
  requestedAt,
  undoableUntil: requestedAt,
  state: 'deleted',
  deletedAt: new Date(Date.parse(requestedAt) + seconds * 1_000).toISOString(),
});

async function withDeletions(...all: Partial<Tombstone>[]) {
  const { ports, user } = openMemoryWorld();
  for (const one of all) await ports.tombstones.write(undefined, aTombstone(one));
  const figures = async (callerId?: string) =>
    (await readFigures(ports, { ...PERIOD, callerId: callerId ?? (await user({ isAdmin: true })) })).figures;
  return { ports, user, figures };
}

describe('readFigures', () => {
  it('counts every deletion that was requested in the period, and no other', async () => {
    const { figures } = await withDeletions(
      { requestedAt: at('09:59:59'), state: 'deleted' },
      ...Array.from({ length: 250 }, (): Partial<Tombstone> => ({ requestedAt: at('10:30:00'), state: 'running' })),
      { requestedAt: at('11:59:59'), state: 'cancelled' },
      { requestedAt: at('12:00:00'), state: 'deleted' },
    );
    const { requested, states, hours } = await figures();
    expect({ requested, states }).toEqual({ requested: 251, states: { running: 250, cancelled: 1 } });
    expect(hours).toEqual([
      { hour: at('10:00:00'), requested: 250, states: { running: 250 } },
      { hour: at('11:00:00'), requested: 1, states: { cancelled: 1 } },
    ]);
  });

  it('says how long they took from the end of the window, by values that occurred', async () => {
    const seconds = Array.from({ length: 100 }, (_, n) => n + 1);
    const { figures } = await withDeletions(...seconds.map((one) => deletedAfter(at('10:00:00'), one)));
    expect((await figures()).hours[0]?.seconds).toEqual({ p50: 50, p95: 95 });
    const one = await withDeletions(deletedAfter(at('10:00:00'), 7));
    expect((await one.figures()).hours[0]?.seconds).toEqual({ p50: 7, p95: 7 });
  });

  it('counts the failures by step and code, the most frequent first', async () => {
    const failing = (error: string): Partial<Tombstone> => {
      const { steps } = aTombstone();
      return {
        requestedAt: at('10:00:00'),
        state: 'failed',
        steps: { ...steps, deleteObjects: { ...steps.deleteObjects, state: 'failed', error } },
      };
    };
    const { figures } = await withDeletions(failing('SlowDown'), failing('AccessDenied'), failing('SlowDown'));
    expect((await figures()).failures).toEqual([
      { step: 'deleteObjects', code: 'SlowDown', count: 2 },
      { step: 'deleteObjects', code: 'AccessDenied', count: 1 },
    ]);
  });

  it('says what stands now, whenever it was requested', async () => {
    const { figures } = await withDeletions(
      { requestedAt: '2026-01-01T00:00:00.000Z', state: 'failed' },
      { state: 'held' },
      { state: 'settling' },
      { state: 'pending', undoableUntil: '2099-01-01T00:00:00.000Z' },
    );
    expect((await figures()).now).toEqual({ waiting: 1, open: 1, failed: 1, held: 1 });
  });

  it('counts the time that a deletion had failed, and no hold that nobody asked to delete', async () => {
    const ended = aTombstone(deletedAfter(at('10:00:00'), 3_000));
    const entry = (from: string, to: string, minute: number) => ({
      from,
      to,
      by: 'operator',
      at: at(`10:${minute}:00`),
    });
    const history = [entry('running', 'failed', 10), entry('failed', 'running', 49)].reduce<Tombstone['history']>(
      (all, one) => append(all, one),
      ended.history,
    );
    const { figures } = await withDeletions(
      { ...ended, history },
      { state: 'held', requestedAt: at('10:00:00'), held: aLegalHold('none') },
      { state: 'none', requestedAt: at('10:00:00') },
    );
    const { requested, hours } = await figures();
    expect({ requested, seconds: hours[0]?.seconds }).toEqual({ requested: 1, seconds: { p50: 3_000, p95: 3_000 } });
  });

  it('is for admins with an account', async () => {
    const { user, figures } = await withDeletions();
    await expect(figures(await user())).rejects.toThrow(NotYours);
    await expect(figures(await user({ isAdmin: true, isActive: false }))).rejects.toThrow(AccountDisabled);
  });

  it('asks for a shorter period rather than to count a part', async () => {
    const { ports, user } = await withDeletions({ requestedAt: at('10:00:00') });
    const asked = { ...PERIOD, callerId: await user({ isAdmin: true }) };
    await expect(readFigures(ports, asked, ports.clock().getTime() - 1)).rejects.toThrow(Malformed);
  });
});
