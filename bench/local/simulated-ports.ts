import { setTimeout as wait } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import type { RequestPorts } from '../../functions/deletion/requests/request-deletion.ts';
import type { ApiEvent, ApiPorts } from '../../functions/http/api.ts';

/**
 * How long a call from a function in the same region takes, in milliseconds: rounded up from the medians that AWS and
 * its users report. The handler's own time does not depend on these values.
 */
const TAKES = { sql: 3, item: 6, send: 12, cache: 1 };

const OWNER = uuidv7();

/** Ports for `request-deletion` that answer after a fixed time. To them, every video belongs to the caller. */
export function simulatedPorts(): RequestPorts & ApiPorts {
  const after = async <T>(milliseconds: number, answer: T): Promise<T> => await wait(milliseconds, answer);
  const nothing = (milliseconds: number) => () => after(milliseconds, undefined);
  const caller = { id: OWNER, isAdmin: false, isActive: true };
  const video = { ownerId: OWNER, status: 'ready', hidden: false, urls: [], runs: [] } as const;
  return {
    tombstones: {
      find: nothing(TAKES.item),
      write: () => after(TAKES.item, true),
      due: async function* () {},
      oldestOpen: nothing(TAKES.item),
    },
    rows: {
      find: () => after(TAKES.sql, { caller, video: { ...video, urls: [], runs: [] } }),
      findCaller: () => after(TAKES.sql, caller),
      hide: nothing(TAKES.sql),
      restore: nothing(TAKES.sql),
      runs: () => after(TAKES.sql, []),
      existing: () => after(TAKES.sql, new Set()),
      namersOf: () => after(TAKES.sql, []),
      sharersOf: () => after(TAKES.sql, []),
      deleteBatch: () => after(TAKES.sql, 0),
      deleteVideoRow: () => after(TAKES.sql, { counts: {}, missed: [] }),
      look: () => after(TAKES.sql, {}),
    },
    cache: {
      fence: nothing(TAKES.cache),
      lift: nothing(TAKES.cache),
      invalidate: () => after(TAKES.cache, { keys: 4, pages: 1 }),
      ageFeeds: nothing(TAKES.cache),
      look: () => after(TAKES.cache, { keys: 0, pages: 0 }),
    },
    cleanupQueue: { send: nothing(TAKES.send) },
    log: { info() {}, warn() {}, error() {} },
    metrics: { record() {} },
    clock: () => new Date(),
    random: Math.random,
    newId: () => uuidv7(),
    rules: {
      ...{ undoSeconds: 10, settleSeconds: 900, leaseSeconds: 60, sweepAfterSeconds: 120, retentionDays: 400 },
      bucket: { bucket: 'videos', originalsPrefixes: ['uploads/', 'originals/'] },
    },
    userIdClaim: 'sub',
  };
}

/** `DELETE` of a video by its owner, the first request for it, as API Gateway passes it on. */
export function deleteEvent(): ApiEvent {
  const videoId = uuidv7();
  return {
    version: '2.0',
    routeKey: 'DELETE /api/v1/videos/{videoId}',
    rawPath: `/api/v1/videos/${videoId}`,
    rawQueryString: '',
    headers: {},
    isBase64Encoded: false,
    pathParameters: { videoId },
    requestContext: { http: { method: 'DELETE' }, authorizer: { jwt: { claims: { sub: OWNER } } } },
  } as unknown as ApiEvent;
}
