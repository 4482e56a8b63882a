import middy from '@middy/core';
import type { ScheduledEvent } from 'aws-lambda';
import { connectEvents, connectPlatform, connectState, onFirstUse } from './connect.ts';
import { sweepDeletions } from './deletion/sweep-deletions.ts';
import type { Settings } from './settings.ts';

type SweepPorts = Parameters<typeof sweepDeletions>[0];

/** Once a minute: takes up what is due and nobody works on. */
export const sweepHandler = (connect: () => SweepPorts) =>
  middy<ScheduledEvent, { taken: number }>().handler(async () => ({ taken: await sweepDeletions(connect()) }));

export const handler = sweepHandler(onFirstUse(connect));

function connect(settings: Settings): SweepPorts {
  const state = connectState(settings);
  return { ...state, ...connectPlatform(settings, state), ...connectEvents(settings) };
}
