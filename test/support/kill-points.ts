import { StoreUnavailable } from '../../functions/deletion/errors.ts';
import type { Tombstones } from '../../functions/deletion/ports.ts';
import type { LocalPorts } from '../../local/local-ports.ts';
import type { System } from '../../local/system.ts';

/** Says that the moment has come, and never returns. */
export type Reach = () => Promise<never>;

type KillPoint = {
  wrap?: (ports: LocalPorts, reach: Reach) => LocalPorts;
  /** For what is not seen from the ports. */
  prepare?: (system: System, videoId: string, reach: Reach) => Promise<void>;
};

/** Enough objects for a second batch of 1,000. */
const MORE_OBJECTS = 1_200;

/**
 * Where a process is killed: in the middle of each step, and between the steps. The named call has started and not
 * returned; nothing else is delayed.
 */
export const KILL_POINTS: Record<string, KillPoint> = {
  'the tombstone, before the message': { wrap: (ports, reach) => ({ ...ports, cleanupQueue: { send: reach } }) },
  hide: { wrap: inHide },
  cancelRuns: {
    wrap: ({ runs, ...ports }, reach) => ({ ...ports, ...(runs && { runs: { ...runs, stop: reach } }) }),
    prepare: async (system, videoId) => void (await system.process(videoId, 50)),
  },
  deleteObjects: { prepare: afterFirstBatch },
  deleteRows: { wrap: (ports, reach) => ({ ...ports, rows: { ...ports.rows, deleteVideoRow: reach } }) },
  invalidateCache: { wrap: inInvalidateCache },
  'invalidateEdge, before its message': { wrap: (ports, reach) => ({ ...ports, edgeQueue: { send: reach } }) },
  verify: { wrap: (ports, reach) => ({ ...ports, rows: { ...ports.rows, look: reach } }) },
  'the settling': {
    wrap: (ports, reach) =>
      withWrite(ports, async (write, previous, next) => {
        const isWritten = await write(previous, next);
        return next.state === 'settling' ? await reach() : isWritten;
      }),
  },
  'the finish, before its write': {
    wrap: (ports, reach) =>
      withWrite(ports, (write, previous, next) => (next.state === 'deleted' ? reach() : write(previous, next))),
  },
  'the finish, before its event': { wrap: (ports, reach) => ({ ...ports, events: { publish: reach } }) },
};

/** Until a worker has its lease the database refuses, so that it is the worker that hides. */
function inHide(ports: LocalPorts, reach: Reach): LocalPorts {
  let isLeased = false;
  const watched = withWrite(ports, (write, previous, next) => {
    isLeased ||= next.lease !== undefined;
    return write(previous, next);
  });
  const hide = async () => {
    if (isLeased) await reach();
    throw new StoreUnavailable('Not before a worker has it');
  };
  return { ...watched, rows: { ...ports.rows, hide } };
}

/** The request invalidates the cache as well, so it is the call after the rows that counts. */
function inInvalidateCache({ cache, ...ports }: LocalPorts, reach: Reach): LocalPorts {
  let areRowsGone = false;
  const rows: LocalPorts['rows'] = {
    ...ports.rows,
    deleteVideoRow: async (...args) => {
      const result = await ports.rows.deleteVideoRow(...args);
      areRowsGone = true;
      return result;
    },
  };
  const invalidate: NonNullable<LocalPorts['cache']>['invalidate'] = (...args) =>
    areRowsGone || !cache ? reach() : cache.invalidate(...args);
  return { ...ports, rows, ...(cache && { cache: { ...cache, invalidate } }) };
}

/** The first thousand are gone and nobody has been told; the others are not asked for. */
async function afterFirstBatch({ parts: { s3 }, settings }: System, videoId: string, reach: Reach): Promise<void> {
  const keys = Array.from({ length: MORE_OBJECTS }, (_, n) => `videos/${videoId}/1080p/${n}.ts`);
  s3?.fill(settings.VIDEO_BUCKET ?? '', keys);
  let batches = 0;
  s3?.faults.onRequest(async ({ operation, phase }) => {
    if (operation !== 'DeleteObjects') return;
    if (phase === 'after') return await reach();
    batches += 1;
    if (batches > 1) await new Promise(() => {});
  });
}

type Write = Tombstones['write'];

function withWrite(
  ports: LocalPorts,
  around: (write: Write, ...args: Parameters<Write>) => Promise<boolean>,
): LocalPorts {
  const { tombstones } = ports;
  return { ...ports, tombstones: { ...tombstones, write: (...args) => around(tombstones.write, ...args) } };
}
