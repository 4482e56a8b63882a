import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseVideoId, type VideoId } from '../../functions/deletion/video-id.ts';
import { runOperator } from '../../ops/program.ts';
import { userIdOf } from '../../platform/seed/accounts.ts';
import { readyVideosOf, videoPath } from '../support/api-client.ts';
import { leftIn } from '../support/left-in.ts';
import { printedBy } from '../support/printed.ts';
import { useUpAttempts } from '../support/use-up-attempts.ts';
import { type OpsSystem, openOpsSystem, runOps } from './run-ops.ts';

const [DELETED, FAILED, HELD, LIVE] = readyVideosOf('ana').map(parseVideoId) as [VideoId, VideoId, VideoId, VideoId];
const [REDRIVEN, RELEASED] = readyVideosOf('ben').map(parseVideoId) as [VideoId, VideoId];
const ROSA = userIdOf('rosa');
const UNKNOWN = '01936b4e-0002-7000-8000-00000000ffff';

let system: OpsSystem;
beforeAll(async () => {
  system = await openOpsSystem();
  await system.call('DELETE', videoPath(DELETED), { as: 'ana' });
  await system.until(DELETED, 'deleted');
});
afterAll(async () => {
  await system?.stop();
  await rm(system.folder, { recursive: true, force: true });
});

const tombstoneOf = (videoId: VideoId) => system.ports.tombstones.find(videoId);
const historyOf = async (videoId: VideoId) =>
  (await tombstoneOf(videoId))?.history.map(({ from, to, by }) => `${from} ${to} ${by}`);

/** Lets the deletion of a video fail. @returns what mends the store */
async function letFail(videoId: VideoId): Promise<() => void> {
  const lift = system.parts.s3?.faults.failKeys({ key: new RegExp(`${videoId}/thumbnail`), code: 'AccessDenied' });
  await system.call('DELETE', videoPath(videoId), { as: 'rosa' });
  await useUpAttempts(system, videoId);
  await system.until(videoId, 'failed');
  return () => lift?.();
}

describe('looking', () => {
  test('list shows what there is, as a table and as one JSON document', async () => {
    const [table, json] = await Promise.all([
      system.ops(['list', '--state', 'deleted', '-o', 'wide']),
      system.ops(['list', '--owner', userIdOf('ana'), '--limit', '1', '--json']),
    ]);
    expect(table).toMatchObject({ code: 0, stderr: expect.stringContaining(`runs in ${system.folder}`) });
    expect(table.stdout).toMatch(new RegExp(`${DELETED} .* deleted .* 7/7`));
    const { deletions, more } = JSON.parse(json.stdout);
    expect(deletions).toMatchObject([{ videoId: DELETED, state: 'deleted', ownerId: userIdOf('ana') }]);
    expect(more).toBe(false);
  });

  test('check-storage says what the store keeps, as a table and as one JSON document', async () => {
    const [table, json] = await Promise.all([system.ops(['check-storage']), system.ops(['check-storage', '--json'])]);
    expect(table).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/deletion.+kept.+everything that was put is gone/),
    });
    expect(table.stdout).toContain('This store needs no settings of its own.');
    expect(JSON.parse(json.stdout)).toMatchObject({ settings: {}, capabilities: [{}, {}, { outcome: 'kept' }] });
  });

  test('list and reapply go on with the others when a tombstone cannot be read, and say which', async () => {
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
    const TableName = system.settings.DELETIONS_TABLE;
    const { Item } = await client.send(new GetCommand({ TableName, Key: { videoId: DELETED } }));
    await client.send(new PutCommand({ TableName, Item: { ...Item, videoId: UNKNOWN, steps: 'none' } }));
    const [list, reapply, show] = await Promise.all([
      system.ops(['list', '--owner', userIdOf('ana'), '--json']),
      system.ops(['reapply', '--dry-run', '--json']),
      system.ops(['show', UNKNOWN]),
    ]);
    const answer = await system.call('GET', '/api/v1/deletions', { as: 'rosa' });
    await client.send(new DeleteCommand({ TableName, Key: { videoId: UNKNOWN } }));
    client.destroy();
    for (const { code, stderr } of [list, reapply]) {
      expect(code).toBe(1);
      expect(stderr).toContain(`error: The tombstone of ${UNKNOWN} cannot be read: see show ${UNKNOWN}`);
    }
    expect(JSON.parse(list.stdout).deletions).toMatchObject([{ videoId: DELETED }]);
    expect(JSON.parse(reapply.stdout)).toMatchObject({ looked: 1, returned: [] });
    expect(show).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('steps') });
    expect([answer.status, answer.body.deletions]).toMatchObject([200, [{ videoId: DELETED }]]);
    expect(answer.body).not.toHaveProperty('malformed');
  });

  test('show tells of steps, history, receipts and of what is left where', async () => {
    const [shown, json] = await Promise.all([system.ops(['show', DELETED]), system.ops(['show', DELETED, '--json'])]);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain('The hash chain of the history is intact.');
    expect(shown.stdout).toMatch(/deleteObjects .* 13 objects/);
    expect(shown.stdout).toMatch(/settling → deleted/);
    const document = JSON.parse(json.stdout);
    expect(document).toMatchObject({ videoId: DELETED, chain: { whole: true }, jws: [expect.any(String)] });
    expect(document.stores.map(({ counts }: { counts: object }) => counts)).toEqual([{}, {}, {}, {}, {}]);
  });

  test('verify believes the stores: a live video is in them, a deleted one is not, and what came back shows', async () => {
    const [live, gone] = await Promise.all([system.ops(['verify', LIVE]), system.ops(['verify', DELETED])]);
    expect(live.code).toBe(1);
    expect(live.stdout).toMatch(/storage .* 13 objects/);
    expect(live.stdout).toMatch(/database .* 1 videos/);
    expect(gone).toMatchObject({ code: 0, stdout: expect.stringContaining('No store holds anything of this video.') });

    const stray = `videos/${DELETED}/late.ts`;
    await system.parts.putFile(stray, 'late');
    const back = await system.ops(['verify', DELETED, '--json']);
    expect(back.code).toBe(1);
    expect(JSON.parse(back.stdout).stores).toContainEqual({ store: 'storage', counts: { objects: 1, bytes: 4 } });
    await system.ports.objects.deleteAll(
      { videoId: DELETED, prefix: `videos/${DELETED}/`, strayKeys: [] },
      async () => {},
    );
  });

  test('check-data-map names a table that nobody deletes, in the database that it is given', async () => {
    const database = system.settings.DATABASE_URL ?? '';
    const whole = runOps(['check-data-map', '--database', database]);
    expect(await whole).toMatchObject({ code: 0, stdout: expect.stringContaining('is in the data map') });
    await sql`create table captions (id int, video_id uuid references videos)`.execute(system.db);
    try {
      const found = await runOps(['check-data-map', '--database', database, '--json']);
      expect(found.code).toBe(1);
      expect(JSON.parse(found.stdout).findings).toContainEqual(
        expect.objectContaining({ kind: 'uncovered', table: 'captions', failure: true }),
      );
    } finally {
      await sql`drop table captions`.execute(system.db);
    }
  });
});

describe('verify-receipt', () => {
  const place = (name: string) => join(system.folder, name);
  const receipt = async () => (await tombstoneOf(DELETED))?.receipts[0] ?? '';

  test('says what a genuine one states, also with nothing but a file of keys', async () => {
    const keys = await system.call('GET', '/api/v1/receipts/jwks.json');
    await writeFile(place('receipt.jws'), `${await receipt()}\n`);
    await writeFile(place('keys.json'), keys.text);
    const [here, alone] = await Promise.all([
      system.ops(['verify-receipt', place('receipt.jws')]),
      runOps(['verify-receipt', '-', '--offline', '--keys', place('keys.json'), '--json'], { input: await receipt() }),
    ]);
    expect(here.code).toBe(0);
    expect(here.stdout).toMatch(/removed from storage .*13 objects/);
    expect(here.stdout).toMatch(/The history of the tombstone leads to this receipt\.\nVALID\n$/);
    expect(alone).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(alone.stdout)).toMatchObject({ valid: true, receipt: { sub: DELETED } });
  });

  test('refuses one that was tampered with, and says why', async () => {
    const [header, payload = '', signature] = (await receipt()).split('.');
    const other = Buffer.from(Buffer.from(payload, 'base64url').toString().replace('"owner"', '"admin"'));
    await writeFile(place('tampered.jws'), [header, other.toString('base64url'), signature].join('.'));
    const refused = await system.ops(['verify-receipt', place('tampered.jws')]);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/^REFUSED: The signature does not match/);
    expect(refused.stdout).not.toContain(DELETED);
  });

  test('refuses one whose history was changed since', async () => {
    const current = await tombstoneOf(DELETED);
    if (!current) throw new Error('no tombstone');
    const history = current.history.map((entry, n) => (n === 1 ? { ...entry, by: 'nobody' } : entry));
    await writeFile(place('receipt.jws'), await receipt());
    const changed = { ...current, history, revision: current.revision + 1 };
    expect(await system.ports.tombstones.write(current, changed)).toBe(true);
    const refused = await system.ops(['verify-receipt', place('receipt.jws')]);
    const shown = await system.ops(['show', DELETED]);
    await system.ports.tombstones.write(changed, { ...current, revision: changed.revision + 1 });
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/REFUSED: Entry 2 /);
    expect(shown).toMatchObject({ code: 1, stdout: expect.stringContaining('is broken at entry 2') });
  });
});

describe('commanding', () => {
  test('replay lets a failed deletion go on to its end', async () => {
    const mend = await letFail(FAILED);
    const unconfirmed = await system.ops(['replay', '--all'], { input: 'yes\n' });
    expect(unconfirmed.code).toBe(1);
    expect(unconfirmed.stderr).toContain('Nothing was done: to continue, type "replay 1 deletions" exactly');
    expect((await tombstoneOf(FAILED))?.state).toBe('failed');
    mend();
    const replayed = await system.ops(['replay', '--all', '--yes', '--json', '--as', ROSA]);
    expect(replayed.code).toBe(0);
    expect(JSON.parse(replayed.stdout)).toMatchObject({ replayed: [{ videoId: FAILED, state: 'running' }] });
    await system.until(FAILED, 'deleted');
    expect(await leftIn(system, FAILED)).toEqual({});
    expect(await historyOf(FAILED)).toContain(`failed running claimed:${ROSA}`);
    expect(await system.ops(['replay', FAILED])).toMatchObject({ code: 1, stdout: '' });
  });

  test('redrive moves dead letters back, and their deletions end', async () => {
    const mend = await letFail(REDRIVEN);
    const client = new SQSClient({});
    // As one that crashed its worker: nobody else will delete it.
    await client.send(
      new SendMessageCommand({ QueueUrl: system.settings.CLEANUP_DLQ_URL, MessageBody: '{"neither":"ours"}' }),
    );
    client.destroy();
    mend();
    const moved = await system.ops(['redrive', '--json', '--as', ROSA]);
    expect(moved.code).toBe(0);
    const document = JSON.parse(moved.stdout);
    expect(document).toMatchObject({ from: 'cleanup-dead-letters', to: 'cleanup' });
    expect(document.moved).toBeGreaterThanOrEqual(2);
    await system.until(REDRIVEN, 'deleted');
    expect(await leftIn(system, REDRIVEN)).toEqual({});
    expect(await historyOf(REDRIVEN)).toContain(`failed running claimed:${ROSA}`);
  });

  test('hold keeps everything until release, and the deletion goes on from there', async () => {
    const reason = ['--code', 'litigation', '--case', '2026-CV-1187'];
    const held = await system.ops(['hold', HELD, ...reason, '--wait', '--json']);
    expect(held.code).toBe(0);
    expect(JSON.parse(held.stdout)).toMatchObject({ state: 'held', heldFrom: 'none', stopped: true });
    const before = await leftIn(system, HELD);
    await system.call('DELETE', videoPath(HELD), { as: 'ana' });
    expect((await tombstoneOf(HELD))?.state).toBe('held');
    expect((await system.ops(['list', '--state', 'held', '-o', 'wide'])).stdout).toContain(
      'the release of litigation 2026-CV-1187',
    );
    expect((await leftIn(system, HELD)).storage).toBe(before.storage);

    expect(await system.ops(['release', HELD, ...reason])).toMatchObject({ code: 0 });
    await system.until(HELD, 'deleted');
    expect(await leftIn(system, HELD)).toEqual({});
    expect(await historyOf(HELD)).toEqual(expect.arrayContaining(['none held operator', 'held pending operator']));
    const again = await system.ops(['release', RELEASED, ...reason]);
    expect(again).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('There is no deletion') });
  });
});

describe('usage', () => {
  const wrong: [string[], RegExp][] = [
    [['list', '--state', 'lost'], /error: .*Allowed choices are/],
    [['show', 'videos/1'], /error: .*A video id is a UUID in lower case/],
    [['hold', UNKNOWN, '--code', 'litigation', '--case', 'Mrs Smith'], /error: .*Expected the number of a case/],
    [['release', UNKNOWN, '--code', 'litigation'], /error: required option '--case <number>'/],
    [['orphans', '--min-age', 'long'], /error: .*Expected a span of time/],
    [['reapply', '--since', '1 April'], /error: .*Expected a date like/],
    [['verify', UNKNOWN, '--local', '/nowhere'], /error: No system runs in \/nowhere: start one with npm start/],
    [['check-data-map', '--database', 'mysql://x'], /error: .*Expected a URL like postgresql:/],
  ];
  test.each(wrong)('%j is told what would be right; exit code 2', async (args, message) => {
    let code: number | undefined;
    const printed = await printedBy(async () => {
      code = await runOperator(args);
    });
    expect(printed.length).toBe(1);
    expect(printed[0]).toMatch(message);
    expect(code).toBe(2);
  });

  test('a video that nobody knows of, and a store that is down, are told in a line; exit codes 1 and 3', async () => {
    const elsewhere = { DELETIONS_TABLE: 'deletions', AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' };
    const aws = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
    const [wrongUsage, unknown, down] = await Promise.all([
      runOps(['list', '--state', 'lost']),
      system.ops(['show', UNKNOWN]),
      runOps(['list'], { environment: { ...elsewhere, ...aws } }),
    ]);
    expect(unknown).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^error: There is no deletion/m),
    });
    expect(down).toMatchObject({ code: 3, stdout: '', stderr: expect.stringMatching(/^error: .*ECONNREFUSED/m) });
    expect(wrongUsage).toMatchObject({ code: 2, stdout: '' });
    expect(down.stderr).not.toMatch(/\n\s+at /);
  });
});
