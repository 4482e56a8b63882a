import { expect, vi } from 'vitest';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import type { System } from '../../local/system.ts';
import { PATIENCE } from './patience.ts';

/** As if the retries of hours had passed: the attempts of a deletion are used up, and the sweeper finds it due. */
export async function useUpAttempts({ ports: { tombstones } }: Pick<System, 'ports'>, videoId: string): Promise<void> {
  await vi.waitFor(async () => {
    const current = await tombstones.find(parseVideoId(videoId));
    expect(current).toMatchObject({ state: 'running', attempts: expect.toSatisfy((attempts) => attempts > 0) });
    expect(current?.lease).toBeUndefined();
    if (!current) return;
    const past = new Date().toISOString();
    const worn = { attempts: 12, progressed: false, dueAt: past, sweepAt: past };
    const usedUp = { ...current, ...worn, revision: current.revision + 1 };
    expect(await tombstones.write(current, usedUp)).toBe(true);
  }, PATIENCE);
}
