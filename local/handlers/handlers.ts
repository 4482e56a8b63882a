import type { Context, ScheduledEvent } from 'aws-lambda';
import { cleanupHandler } from '../../functions/cleanup.ts';
import { findOrphansHandler } from '../../functions/find-orphans.ts';
import { holdVideoHandler } from '../../functions/hold-video.ts';
import type { Route } from '../../functions/http/routes.ts';
import { invalidateEdgeHandler } from '../../functions/invalidate-edge.ts';
import { readDeletionsHandler } from '../../functions/read-deletions.ts';
import { replayDeletionHandler } from '../../functions/replay-deletion.ts';
import { requestDeletionHandler } from '../../functions/request-deletion.ts';
import { sweepHandler } from '../../functions/sweep.ts';
import { undoDeletionHandler } from '../../functions/undo-deletion.ts';
import type { GatewayRoute } from '../gateway/gateway.ts';
import type { LocalPorts } from '../local-ports.ts';
import type { QueueHandler } from '../sqs/queue-poller.ts';

type ScheduledHandler = (event: ScheduledEvent, context: Context) => Promise<unknown>;

/** The functions that run here, by the names of their entry points. */
export type Handlers = Record<Route['function'], GatewayRoute['handler']> & {
  cleanup: QueueHandler;
  /** Absent when the system has no edge. */
  'invalidate-edge'?: QueueHandler;
  sweep: ScheduledHandler;
  'find-orphans': ScheduledHandler;
};

/** The functions, created from their sources. All share the same ports. */
export function connectHandlers(ports: LocalPorts): Handlers {
  const connect = () => ports;
  const { edge } = ports;
  return {
    'request-deletion': requestDeletionHandler(connect),
    'read-deletions': readDeletionsHandler(connect),
    'undo-deletion': undoDeletionHandler(connect),
    'replay-deletion': replayDeletionHandler(connect),
    'hold-video': holdVideoHandler(connect),
    cleanup: cleanupHandler(connect),
    sweep: sweepHandler(connect),
    'find-orphans': findOrphansHandler(connect),
    ...(edge && { 'invalidate-edge': invalidateEdgeHandler(() => ({ ...ports, edge })) }),
  };
}
