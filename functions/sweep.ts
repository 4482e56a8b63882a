import middy from '@middy/core';
import type { ScheduledEvent } from 'aws-lambda';
import { connectCleanupQueue, connectEvents, connectState, onFirstUse } from './connect/connect.ts';
import { connectRows } from './connect/connect-rows.ts';
import { sweepDeletions } from './deletion/work/sweep-deletions.ts';
import { framed, type Invoked } from './stores/powertools/invocation.ts';

type SweepPorts = Parameters<typeof sweepDeletions>[0] & Invoked;

/** Once a minute, picks up the deletions that are due and that no worker holds. */
export const sweepHandler = (connect: () => SweepPorts) =>
  middy<ScheduledEvent, { taken: number }>()
    .use(framed(connect))
    .handler(async (_event, context) => ({
      taken: await sweepDeletions(connect(), () => context.getRemainingTimeInMillis()),
    }));

export const handler = sweepHandler(
  onFirstUse(['state', 'log', 'cleanupQueue', 'database', 'events'], (settings) => {
    const state = connectState(settings);
    return {
      ...state,
      ...connectCleanupQueue(settings),
      ...connectRows(settings, state),
      ...connectEvents(settings),
    };
  }),
);
