import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Username } from '../../platform/seed/accounts.ts';
import { readyVideosOf, untilState, videoPath } from '../support/api-client.ts';
import { operationsOf, readOpenApi } from '../support/openapi.ts';
import { PATIENCE } from '../support/patience.ts';
import { openSystem, type TestSystem } from '../support/system.ts';

const [VIDEO = ''] = readyVideosOf('ana');
const operations = operationsOf(readOpenApi());

/** Where the example of the file names videos that are not here. */
const BODIES: Record<string, object> = {
  requestDeletions: { videoIds: [VIDEO] },
  undoDeletions: { videoIds: [VIDEO] },
};

let system: TestSystem;
beforeAll(async () => {
  system = await openSystem({ environment: { UNDO_SECONDS: '600' } });
});
afterAll(() => system?.stop());

/** Calls an operation of the file by its name. The call itself compares the answer with the file. */
function call(operationId: string, as?: Username) {
  const found = operations.find(({ operation }) => operation.operationId === operationId);
  const path = `${found?.path}`.replace('{videoId}', VIDEO);
  const [media] = Object.values(found?.operation.requestBody?.content ?? {});
  const body = media && JSON.stringify(BODIES[operationId] ?? media.example);
  return system.call(found?.method ?? '', path, { ...(as && { as }), ...(body && { body }) });
}

test('every operation of the file answers as the file says', async () => {
  const life: [string, Username | undefined, number][] = [
    ['readFeed', undefined, 200],
    ['readMe', 'ana', 200],
    ['listMyVideos', 'ana', 200],
    ['readVideo', undefined, 200],
    ['requestDeletion', 'ana', 202],
    ['readDeletion', 'ana', 200],
    ['readDeletion', 'rosa', 200],
    ['listDeletions', 'rosa', 200],
    ['readFigures', 'rosa', 200],
    ['readFigures', 'ana', 403],
    ['readVideo', undefined, 410],
    ['readReceipt', 'ana', 409],
    ['readReceipts', 'ana', 409],
    ['replayDeletion', 'rosa', 409],
    ['undoDeletion', 'ana', 200],
    ['readVideo', undefined, 200],
    ['holdVideo', 'ana', 403],
    ['holdVideo', 'rosa', 200],
    ['readDeletion', 'rosa', 200],
    ['requestDeletions', 'ana', 202],
    ['requestDeletions', 'ben', 404],
    ['readVideo', undefined, 410],
    ['undoDeletions', 'ana', 200],
    ['expediteDeletion', 'ana', 409],
    ['releaseVideo', 'rosa', 200],
    ['readReceiptKeys', undefined, 200],
  ];
  for (const [operationId, as, status] of life) {
    expect([operationId, (await call(operationId, as)).status]).toEqual([operationId, status]);
  }
  const called = new Set(life.map(([operationId]) => operationId));
  expect(operations.map(({ operation }) => operation.operationId).filter((name) => !called.has(name))).toEqual([]);
});

test('once it is deleted as well', async () => {
  system.ports.rules.undoSeconds = 0;
  await vi.waitFor(async () => expect((await call('readVideo')).status).toBe(200), PATIENCE);
  expect((await call('requestDeletion', 'ana')).status).toBe(202);
  await untilState(system.call, VIDEO, 'deleted', 'ana');
  expect((await call('requestDeletion', 'ana')).status).toBe(200);
  const { text: last } = await call('readReceipt', 'ana');
  expect((await call('readReceipts', 'ana')).body).toEqual({ receipts: [last] });
  expect((await call('requestDeletions', 'ana')).body).toMatchObject({ results: [{ videoId: VIDEO, status: 200 }] });
  expect((await call('undoDeletion', 'ana')).status).toBe(409);
  expect((await call('holdVideo', 'rosa')).status).toBe(409);
  expect((await call('readVideo')).status).toBe(410);
});

test.each(operations.map(({ method, path, operation }) => [method, path, operation] as const))(
  '%s %s asks for a token, or is open, as the file says',
  async (_method, _path, { operationId, security }) => {
    const isOpen = security?.length === 0;
    const { status } = await call(operationId);
    expect(status === 401).toBe(!isOpen);
  },
);

test('a request that is too large is refused by the gateway', async () => {
  const body = 'x'.repeat(10 * 1024 * 1024 + 1);
  expect((await system.call('DELETE', videoPath(VIDEO), { as: 'ana', body })).status).toBe(413);
});
