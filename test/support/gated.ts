import { expect } from 'vitest';
import type { Gate } from '../../functions/deletion/ports.ts';
import { sweepDeletions } from '../../functions/deletion/work/sweep-deletions.ts';
import type { Video } from './deletions.ts';
import type { World } from './world.ts';

/** How long the longest-lived copy at the edge lives, and how much longer a gate stands, in seconds. */
export const TTL = 86_400;
export const MARGIN = 600;
/** Until the sweeper looks, in seconds. */
export const TO_SWEEP = 120;

/** A world whose edge has a gate, and what can be seen through it. */
export function gatedBy(world: World) {
  return {
    withGate(mode: 'gate' | 'both', gate: Gate = world.viewers.gate): void {
      const rules = { ...world.ports.rules, gate: { ttlSeconds: TTL, invalidates: mode === 'both' } };
      Object.assign(world.ports, { gate, rules });
    },
    /** What a viewer gets who asks for the playlist, of which the edge has a copy. */
    view: async ({ videoId }: Video) => (await world.viewers.view(`/videos/${videoId}/playlist.m3u8`)).status,
    isInStore: ({ videoId }: Video) => world.viewers.gateStore.has(videoId),
    /** Ends what earlier tests have left under way, down to their keys in the store. */
    async endAll(): Promise<void> {
      for (const _what of ['the copies', 'the gate']) {
        world.advance(TTL + MARGIN + TO_SWEEP);
        await sweepDeletions(world.ports);
        await world.settle();
      }
      expect(world.viewers.gateStore.keys()).toEqual([]);
    },
  };
}
