import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { largestParts } from '../../bench/largest-parts.ts';
import { FUNCTION_SIZES } from '../../lib/constructs/functions/function-sizes.ts';
import { ENVIRONMENT_NAMES, environmentNamed } from '../../lib/environment.ts';
import { type Bundles, buildBundles, entryOf } from '../../local/handlers/bundles.ts';
import { readyVideosOf } from '../support/api-client.ts';
import { type Deployed, openDeployed } from '../support/deployed.ts';
import { AN_HOUR, driverOf, OWNER } from '../support/deployed-driver.ts';
import { INVENTED } from '../support/invented-environments.ts';
import { lackingFor } from '../support/reach.ts';
import { synthesise } from '../support/synthesised.ts';

/** Synth with bundling, on a machine that is busy with other tests. In milliseconds. */
const LONG = 600_000;
const VIDEO = '/api/v1/videos/{videoId}';

let folder: string;
let bundles: Bundles;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundles-'));
  bundles = await buildBundles(folder);
}, LONG);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the size of the bundle, minified', () => {
  it.each([
    ['request-deletion', 1_100_000],
    ['cleanup', 1_330_000],
    ['find-orphans', 900_000],
  ] as const)('of %s is at most %i bytes', async (name, most) => {
    const { file } = entryOf(bundles[name]);
    const { size } = await stat(file);
    const parts = await largestParts(file);
    const largest = parts.slice(0, 12).map((part) => `${part.name} ${part.bytes}`);
    expect(size, `${size} bytes, the largest parts being ${largest.join(', ')}`).toBeLessThanOrEqual(most);
  });
});

describe('every function, alone with its own settings', () => {
  let deployed: Deployed;
  let driver: ReturnType<typeof driverOf>;
  beforeAll(async () => {
    deployed = await openDeployed(bundles);
    driver = driverOf(deployed);
  }, LONG);
  afterAll(async () => {
    await deployed?.stop();
    vi.unstubAllEnvs();
  });

  it('has a bundle', () => {
    expect(Object.keys(bundles).sort()).toEqual(Object.keys(FUNCTION_SIZES).sort());
  });

  it('migrate may be repeated, and has made the role that serves', async () => {
    await deployed.invoke('migrate', {});
    const { rows } = await sql`
      select pg_has_role('video_deletion', 'rds_iam', 'member') as "logsInWithTokens"`.execute(deployed.db);
    expect(rows).toEqual([{ logsInWithTokens: true }]);
  });

  it('request-deletion accepts, and hides at once', async () => {
    const videoId = driver.anotherVideo();
    const { status, body } = await driver.call('request-deletion', `DELETE ${VIDEO}`, { videoId, as: OWNER });
    expect({ status, body }).toMatchObject({ status: 202, body: { videoId, state: 'pending', hidden: true } });
    expect(await driver.rowOf(videoId)).toEqual({ deleted_at: expect.any(Date) });
  });

  it('read-deletions shows a deletion, the list, and the keys that sign receipts', async () => {
    const { videoId } = await driver.aDeletion();
    const one = await driver.call('read-deletions', `GET ${VIDEO}/deletion`, { videoId, as: OWNER });
    expect(one).toMatchObject({ status: 200, body: { videoId, state: 'pending' } });
    const list = await driver.call('read-deletions', 'GET /api/v1/deletions', { as: OWNER });
    expect(list.body.deletions).toContainEqual(expect.objectContaining({ videoId }));
    const keys = await driver.call('read-deletions', 'GET /api/v1/receipts/jwks.json');
    expect(keys).toMatchObject({ status: 200, body: { keys: [{ alg: 'RS256' }] } });
  });

  it('undo-deletion shows the video again', async () => {
    const { videoId } = await driver.aDeletion();
    const { status, body } = await driver.call('undo-deletion', `POST ${VIDEO}/deletion/undo`, { videoId, as: OWNER });
    expect({ status, body }).toMatchObject({ status: 200, body: { videoId, state: 'cancelled' } });
    expect(await driver.rowOf(videoId)).toEqual({ deleted_at: null });
  });

  it('replay-deletion refuses one that has not failed', async () => {
    const { videoId } = await driver.aDeletion();
    const { status } = await driver.call('replay-deletion', `POST ${VIDEO}/deletion/replay`, { videoId, as: 'rosa' });
    expect(status).toBe(409);
  });

  it('request-deletion takes several at once', async () => {
    const videoIds = readyVideosOf('ben').slice(0, 2);
    const asked = { as: 'ben', body: { videoIds } } as const;
    const { status, body } = await driver.call('request-deletion', 'POST /api/v1/deletions', asked);
    expect({ status, body }).toMatchObject({
      status: 202,
      body: { results: videoIds.map((videoId) => ({ videoId, status: 202, deletion: { hidden: true } })) },
    });
  });

  it('hold-video puts a video on hold that nobody has asked to delete, and releases it', async () => {
    const [videoId = ''] = readyVideosOf('max');
    const body = { code: 'litigation', caseNumber: '2026/117' };
    const asked = { videoId, as: 'rosa', body } as const;
    const held = await driver.call('hold-video', `PUT ${VIDEO}/hold`, asked);
    expect(held).toMatchObject({ status: 200, body: { state: 'held', heldFrom: 'none', hold: { stopped: true } } });
    expect(await driver.rowOf(videoId)).toEqual({ deleted_at: null });
    const released = await driver.call('hold-video', `DELETE ${VIDEO}/hold`, asked);
    expect(released).toMatchObject({ status: 200, body: { state: 'none' } });
  });

  it('sweep takes up a deletion whose message was lost', async () => {
    const deletion = await driver.aDeletion({ age: AN_HOUR, cleanupQueue: { send: async () => {} } });
    expect(await deployed.invoke('sweep', {})).toEqual({ taken: 1 });
    const { sweepAt = '' } = (await driver.tombstoneOf(deletion)) ?? {};
    expect(Date.parse(sweepAt)).toBeGreaterThan(Date.now());
  });

  it('find-orphans looks at every video, and finds nothing to complain of', async () => {
    const found = await deployed.invoke<{ listed: number }>('find-orphans', {});
    expect(found).toEqual({ listed: expect.any(Number), orphans: 0, residue: 0, isComplete: true });
    expect(found.listed).toBeGreaterThan(readyVideosOf(OWNER).length);
  });

  it('cleanup and invalidate-edge delete a video, to the receipt', { timeout: LONG }, async () => {
    const deletion = await driver.aDeletion({ age: AN_HOUR });
    const { videoId } = deletion;
    await deployed.ports.cache?.fence(`video:${videoId}`, 'cached', 60);
    await driver.startRun(videoId);
    await driver.beginUpload(videoId);
    expect(await driver.left(videoId)).toMatchObject({ row: { deleted_at: expect.any(Date) }, cached: { keys: 1 } });

    expect(await driver.deliver('invalidate-edge', deletion)).toEqual({ batchItemFailures: [] });
    expect(await driver.tombstoneOf(deletion)).toMatchObject({ edge: { gatedAt: expect.any(String) } });
    expect(await driver.deliver('cleanup', deletion)).toEqual({ batchItemFailures: [] });
    expect(await driver.tombstoneOf(deletion)).toMatchObject({ state: 'settling' });
    expect(await driver.left(videoId)).toEqual({ objects: 0, row: undefined, cached: { keys: 0, pages: 0 } });

    await driver.deliver('invalidate-edge', deletion);
    deployed.parts.edge?.completeInvalidations();
    await driver.deliver('invalidate-edge', deletion);
    // Refreshes the view that still names the video.
    await deployed.invoke('sweep', {});
    await driver.letSettle(deletion);
    expect(await driver.deliver('cleanup', deletion)).toEqual({ batchItemFailures: [] });
    expect(await driver.tombstoneOf(deletion)).toMatchObject({ state: 'deleted' });
    const detail = expect.objectContaining({ videoId });
    expect(deployed.parts.bus?.events()).toContainEqual(expect.objectContaining({ busName: 'default', detail }));

    const asked = { videoId, as: OWNER } as const;
    const { text: receipt } = await driver.call('read-deletions', `GET ${VIDEO}/deletion/receipt`, asked);
    const { body: keys } = await driver.call('read-deletions', 'GET /api/v1/receipts/jwks.json');
    const { payload } = await compactVerify(receipt, createLocalJWKSet(keys as unknown as JSONWebKeySet));
    expect(new TextDecoder().decode(payload)).toContain(videoId);
  });

  describe('has made no call', () => {
    const environments = [...ENVIRONMENT_NAMES.map((name) => environmentNamed(name)), ...Object.values(INVENTED)];

    it.each(environments.map((one) => [one.name, one] as const))(
      'that in %s it may not make, or that finds no way',
      (_name, environment) => {
        expect(deployed.calls().length).toBeGreaterThan(35);
        expect(lackingFor(deployed.calls(), environment, synthesise(environment))).toEqual([]);
      },
    );

    it('that this would not notice', () => {
      const prod = environmentNamed('prod');
      const to = (by: string, service: string, operation: string, resource = '') => ({
        by,
        service,
        operation,
        resource,
      });
      const calls = [
        to('sweep', 's3', 'DeleteObjects'),
        to('cleanup', 'sqs', 'SendMessage', '<State.EdgeDeadLetters.Arn>'),
        to('cleanup', 'sns', 'Publish'),
      ];
      expect(lackingFor(calls, prod, synthesise(prod))).toEqual([
        'sweep may not s3:DeleteObject ',
        'sweep may not s3:DeleteObjectVersion ',
        'cleanup may not sqs:SendMessage <State.EdgeDeadLetters.Arn>',
        'cleanup may not sns:Publish ',
        'cleanup finds no way to sns',
      ]);
    });
  });
});
