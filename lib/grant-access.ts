import type { Construct } from 'constructs';
import type { Grantee } from './constructs/functions/grantee.ts';
import { ProcessingRuns } from './constructs/platform/processing-runs.ts';
import { VideoCache } from './constructs/platform/video-cache.ts';
import { VideoDatabase } from './constructs/platform/video-database.ts';
import { VideoEdge } from './constructs/platform/video-edge.ts';
import { VideoStorage } from './constructs/platform/video-storage.ts';
import { DeletionEvents } from './constructs/state/deletion-events.ts';
import type { DeletionFunctions } from './deletion-functions.ts';
import type { Platform } from './platform.ts';
import type { StateStack } from './stacks/state-stack.ts';

export type Access = { state: StateStack; platform: Platform; eventBusName: string; operator?: Grantee };

/** All permissions of all functions and of operators, on one page. A grant also adds the settings that belong to it. */
export function grantAccess(scope: Construct, functions: DeletionFunctions, access: Access): void {
  const { table, queues, receiptKey } = access.state;
  const { database, storage, cache, edge, runs, events } = thingsOf(scope, access);

  const request = functions['request-deletion'];
  table.grantCreate(request);
  queues.cleanup.grantSend(request);
  database.grantRead(request);
  cache?.grantConnect(request);
  edge?.grantAsk(request);
  storage.describeTo(request);

  const read = functions['read-deletions'];
  table.grantList(read);
  database.grantRead(read);
  edge?.describeTo(read);
  receiptKey.grantReadPublicKey(read);

  const undo = functions['undo-deletion'];
  table.grantMove(undo);
  queues.cleanup.grantSend(undo);
  database.grantRead(undo);
  cache?.grantConnect(undo);
  edge?.grantAsk(undo);

  const replay = functions['replay-deletion'];
  table.grantMove(replay);
  queues.cleanup.grantSend(replay);
  database.grantRead(replay);

  // A video may be held before any deletion is requested, and then the hold creates the tombstone.
  const hold = functions['hold-video'];
  table.grantCreate(hold);
  queues.cleanup.grantSend(hold);
  database.grantRead(hold);

  const { cleanup } = functions;
  table.grantMove(cleanup);
  queues.cleanup.grantSend(cleanup);
  queues.cleanupDeadLetters.grantSend(cleanup);
  runs?.grantStop(cleanup);
  storage.grantDelete(cleanup);
  database.grantDelete(cleanup);
  cache?.grantConnect(cleanup);
  edge?.grantAsk(cleanup);
  receiptKey.grantSignReceipts(cleanup);
  events.grantPublish(cleanup);

  const invalidate = functions['invalidate-edge'];
  table.grantMove(invalidate);
  edge?.grantTell(invalidate);

  const { sweep } = functions;
  table.grantSweep(sweep);
  queues.cleanup.grantSend(sweep);
  database.grantRead(sweep);
  events.grantPublish(sweep);

  const search = functions['find-orphans'];
  table.grantFind(search);
  storage.grantLook(search);
  database.grantRead(search);

  database.grantMigrate(functions.migrate);

  const { operator } = access;
  if (!operator) return;
  table.grantCreate(operator);
  table.grantList(operator);
  table.grantScan(operator);
  queues.cleanup.grantReturn(operator);
  queues.edge.grantReturn(operator);
  queues.cleanupDeadLetters.grantTake(operator);
  queues.edgeDeadLetters.grantTake(operator);
  receiptKey.grantReadPublicKey(operator);
  storage.grantLook(operator);
  runs?.grantLook(operator);
  // `verify` looks into every table of the data map, so it logs in as the worker does.
  database.grantDelete(operator);
  cache?.grantConnect(operator);
}

function thingsOf(scope: Construct, { state, platform, eventBusName }: Access) {
  const { cache, edge, stateMachineName } = platform;
  return {
    database: new VideoDatabase(scope, 'Database', platform.database),
    storage: new VideoStorage(scope, 'Storage', platform.storage),
    cache: cache && new VideoCache(scope, 'Cache', cache),
    edge: edge && new VideoEdge(scope, 'Edge', { edge, queue: state.queues.edge }),
    runs: stateMachineName === undefined ? undefined : new ProcessingRuns(scope, 'Runs', { stateMachineName }),
    events: new DeletionEvents(scope, 'Events', { busName: eventBusName }),
  };
}
