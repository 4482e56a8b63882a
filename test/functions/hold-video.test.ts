import { describe, expect, it } from 'vitest';
import { workOnDeletion } from '../../functions/deletion/work/work-on-deletion.ts';
import { holdVideoHandler } from '../../functions/hold-video.ts';
import { readDeletionsHandler } from '../../functions/read-deletions.ts';
import { requestDeletionHandler } from '../../functions/request-deletion.ts';
import { lambdaContext } from '../../local/handlers/lambda-context.ts';
import { aVideoId } from '../support/a-tombstone.ts';
import { apiEvent } from '../support/api-event.ts';
import { createBarrier } from '../support/barrier.ts';
import { ALL_OBJECTS, type HeldVideo, holdCommandsOf, REASON } from '../support/hold-commands.ts';
import { createOpenApiCheck } from '../support/openapi.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const { admin, request, find, objectsOf } = holdCommandsOf(world);
const { expectMatches } = createOpenApiCheck();

const VIDEO = '/api/v1/videos/{videoId}';
const connect = () => ({ ...world.ports, userIdClaim: 'sub' });
const handlers = {
  [`PUT ${VIDEO}/hold`]: holdVideoHandler(connect),
  [`DELETE ${VIDEO}/hold`]: holdVideoHandler(connect),
  [`GET ${VIDEO}/deletion`]: readDeletionsHandler(connect),
  'GET /api/v1/deletions': readDeletionsHandler(connect),
  [`DELETE ${VIDEO}`]: requestDeletionHandler(connect),
};
type Asked = Parameters<typeof apiEvent>[1];

/** Calls a function, and holds its answer against the OpenAPI file. */
async function call(routeKey: keyof typeof handlers, asked: Asked) {
  const event = apiEvent(routeKey, asked);
  const {
    statusCode = 0,
    headers = {},
    body,
  } = (await handlers[routeKey]?.(event, lambdaContext({ name: 'api', timeoutSeconds: 30 }))) ?? {};
  expectMatches(routeKey.split(' ')[0] ?? '', event.rawPath, statusCode, headers, body);
  return { status: statusCode, headers, body: JSON.parse(body ?? '{}') };
}
const hold = async ({ videoId }: Pick<HeldVideo, 'videoId'>, asked: Asked = {}) =>
  call(`PUT ${VIDEO}/hold`, { videoId, callerId: await admin(), body: REASON, ...asked });
const release = async ({ videoId }: HeldVideo, asked: Asked = {}) =>
  call(`DELETE ${VIDEO}/hold`, { videoId, callerId: await admin(), body: REASON, ...asked });

describe('PUT hold', () => {
  it('answers 202 while the last worker may be removing something, then 200', async () => {
    const video = await world.video();
    const { deletionId } = await request(video);
    world.advance(10);
    const barrier = createBarrier();
    world.s3.faults.onRequest(({ operation, phase }) =>
      operation === 'DeleteObjects' && phase === 'before' ? barrier.pass() : undefined,
    );
    const working = workOnDeletion(world.ports, video.message(deletionId), () => 900_000);
    await barrier.arrived(1);
    const first = await hold(video);
    expect(first).toMatchObject({
      status: 202,
      headers: { location: `/api/v1/videos/${video.videoId}/deletion`, 'retry-after': '1' },
      body: { state: 'held', heldFrom: 'running', hold: { ...REASON, by: await admin(), stopped: false } },
    });
    expect((await hold(video)).status).toBe(202);
    barrier.open();
    await working;
    const stopped = await hold(video);
    expect(stopped).toMatchObject({ status: 200, body: { hold: { ...first.body.hold, stopped: true } } });
    expect(stopped.headers).not.toHaveProperty('location');
  });

  it('answers 200 where nobody works, a video included that nobody has asked to delete', async () => {
    const [asked, unasked] = [await world.video(), await world.video()];
    await request(asked);
    expect(await hold(asked)).toMatchObject({
      status: 200,
      body: { state: 'held', heldFrom: 'pending', hidden: true },
    });
    const held = await hold(unasked);
    expect(held).toMatchObject({ status: 200, body: { heldFrom: 'none', hidden: false, requests: [] } });
    for (const name of ['reason', 'requestedAt', 'requestedBy', 'undoableUntil'])
      expect(held.body, 'nobody has asked for a deletion').not.toHaveProperty(name);
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'The body must be JSON'],
    ['no JSON', '{"code"', 'The body must be JSON'],
    ['no object', ['litigation'], 'the body must be a JSON object with code, caseNumber'],
    [
      'an unknown code',
      { ...REASON, code: 'gone' },
      'code must be one of litigation, investigation, regulator, dispute, other',
    ],
    ['no case', { code: 'other' }, 'caseNumber must be a number like 2026-CV-1187'],
    ['words about people', { ...REASON, caseNumber: 'Ana Smith' }, 'caseNumber must be'],
    ['a name in one word', { ...REASON, caseNumber: 'Anna-Muster' }, 'caseNumber must be'],
    ['an empty case', { ...REASON, caseNumber: '' }, 'caseNumber must be'],
    ['a long case', { ...REASON, caseNumber: '1'.repeat(65) }, 'caseNumber must be'],
    ['another member', { ...REASON, note: 'x' }, 'unknown members of the body, expected only code, caseNumber'],
    ['two mistakes', { code: 1, caseNumber: 1 }, '; caseNumber must be'],
    ['too much', ' '.repeat(16_385), 'at most 16384 characters'],
  ])('refuses %s, and says what is wrong', async (_what, body, detail) => {
    const video = await world.video();
    for (const { status, body: problem } of [await hold(video, { body }), await release(video, { body })]) {
      expect([status, problem.detail]).toEqual([400, expect.stringContaining(detail)]);
    }
    expect(await world.ports.tombstones.find(video.videoId)).toBeUndefined();
  });

  it('takes a body that arrives in base64, as one without a media type does', async () => {
    const video = await world.video();
    const event = apiEvent(`PUT ${VIDEO}/hold`, { videoId: video.videoId, callerId: await admin() });
    const body = Buffer.from(JSON.stringify(REASON)).toString('base64');
    const answer = await holdVideoHandler(connect)(
      { ...event, body, isBase64Encoded: true },
      lambdaContext({ name: 'api', timeoutSeconds: 30 }),
    );
    expect(answer).toMatchObject({ statusCode: 200 });
  });

  it('is for admins, comes too late once it is deleted, and knows no other video', async () => {
    const video = await world.video();
    expect((await hold(video, { callerId: video.ownerId })).status).toBe(403);
    expect((await hold(video, { callerId: await world.user() })).status).toBe(404);
    expect((await hold({ videoId: aVideoId() })).status).toBe(404);
    expect((await hold(video, { videoId: 'videos' })).status).toBe(400);
    await request(video);
    await world.settle();
    expect((await hold(video)).status).toBe(409);
  });
});

describe('DELETE hold', () => {
  it('answers 202 if the deletion goes on, and it does', async () => {
    const video = await world.video();
    await request(video);
    await hold(video);
    world.advance(60);
    const answer = await release(video);
    expect(answer).toMatchObject({ status: 202, headers: { 'retry-after': '1' }, body: { state: 'pending' } });
    expect(answer.body).not.toHaveProperty('hold');
    await world.settle();
    expect((await find(video)).state).toBe('deleted');
  });

  it('answers 200 if there is nothing to go on with, again and again', async () => {
    const video = await world.video();
    await hold(video);
    for (const _again of [1, 2]) expect(await release(video)).toMatchObject({ status: 200, body: { state: 'none' } });
    expect((await call(`GET ${VIDEO}/deletion`, { videoId: video.videoId, callerId: await admin() })).status).toBe(404);
    expect(await objectsOf(video)).toBe(ALL_OBJECTS);
  });

  it('is for admins, and knows only what was held or deleted', async () => {
    const video = await world.video();
    expect((await release(video)).status).toBe(404);
    await request(video);
    await hold(video);
    expect((await release(video, { callerId: video.ownerId })).status).toBe(403);
    expect((await release(video, { callerId: await world.user() })).status).toBe(404);
  });
});

describe('what an admin sees and an owner does not', () => {
  const FOR_ADMINS = ['ownerId', 'requestedBy', 'hold', 'heldFrom', 'late', 'interrupted', 'receipts', 'history'];

  it('of a held deletion: who held it, why and from where', async () => {
    const video = await world.video();
    await request(video);
    await hold(video);
    const { videoId, ownerId } = video;
    const asAdmin = await call(`GET ${VIDEO}/deletion`, { videoId, callerId: await admin() });
    expect(Object.keys(asAdmin.body)).toEqual(expect.arrayContaining(FOR_ADMINS));
    expect(asAdmin.body.history).toEqual((await find(video)).history);
    const asOwner = [
      await call(`GET ${VIDEO}/deletion`, { videoId, callerId: ownerId }),
      await call(`DELETE ${VIDEO}`, { videoId, callerId: ownerId }),
    ];
    const listed = await call('GET /api/v1/deletions', { callerId: ownerId });
    for (const body of [...asOwner.map((answer) => answer.body), ...listed.body.deletions]) {
      expect(body).toMatchObject({ videoId, state: 'held' });
      for (const name of [...FOR_ADMINS, 'folded', 'edge']) expect(body).not.toHaveProperty(name);
      expect(JSON.stringify(body)).not.toContain(REASON.caseNumber);
    }
  });

  it('of one that is done: its edge and how many receipts; in a list, no history', async () => {
    const video = await world.video();
    await request(video);
    await world.settle();
    const { edge } = await find(video);
    const { body } = await call(`GET ${VIDEO}/deletion`, { videoId: video.videoId, callerId: await admin() });
    const { invalidationId, completedAt, paths } = edge ?? {};
    expect(body).toMatchObject({ receipts: 1, interrupted: 0, late: {} });
    expect(body.edge).toEqual({ paths, invalidationId, completedAt });
    const listed = await call('GET /api/v1/deletions', { callerId: await admin() });
    const { history, ...summary } = body;
    expect(history.at(-1)).toMatchObject({ to: 'deleted', hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(listed.body.deletions).toContainEqual(summary);
  });
});
