import { describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../functions/deletion/errors.ts';
import type { Ports } from '../../functions/deletion/ports.ts';
import { requestDeletionHandler } from '../../functions/request-deletion.ts';
import { lambdaContext } from '../../local/handlers/lambda-context.ts';
import { aVideoId } from '../support/a-tombstone.ts';
import { apiEvent } from '../support/api-event.ts';
import { holdCommandsOf } from '../support/hold-commands.ts';
import { createOpenApiCheck } from '../support/openapi.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const { admin, request, isShown } = holdCommandsOf(world);
const { expectMatches } = createOpenApiCheck();

const PATH = '/api/v1/deletions';

/** Asks for several deletions, and holds the answer against the OpenAPI file. */
async function ask(callerId: string, body: unknown) {
  const handler = requestDeletionHandler(() => ({ ...world.ports, userIdClaim: 'sub' }));
  const event = apiEvent(`POST ${PATH}`, { callerId, body });
  const {
    statusCode = 0,
    headers = {},
    body: text = '',
  } = (await handler(event, lambdaContext({ name: 'request-deletion', timeoutSeconds: 30 }))) ?? {};
  expectMatches('POST', PATH, statusCode, headers, text);
  return { status: statusCode, headers, text, body: JSON.parse(text) };
}

/** From now on the table does not take what is written about this video. */
function failAt(videoId: string, error: Error): void {
  const { tombstones } = world.ports;
  const write: Ports['tombstones']['write'] = (previous, next) =>
    next.videoId === videoId ? Promise.reject(error) : tombstones.write(previous, next);
  world.ports.tombstones = { ...tombstones, write };
}

describe('POST /api/v1/deletions', () => {
  it('accepts, with a result for each in the order asked', async () => {
    const done = await world.video();
    const open = await world.video(done.ownerId);
    await request(done);
    await world.settle();
    const { status, body } = await ask(done.ownerId, { videoIds: [open.videoId, done.videoId, open.videoId] });
    expect({ status, body }).toMatchObject({
      status: 202,
      body: {
        results: [
          { videoId: open.videoId, status: 202, deletion: { state: 'pending', hidden: true } },
          {
            videoId: done.videoId,
            status: 200,
            deletion: { state: 'deleted', links: { receipt: expect.any(String) } },
          },
        ],
      },
    });
    expect(body.results[0].deletion).not.toHaveProperty('ownerId');
    const asAdmin = await ask(await admin(), { videoIds: [open.videoId] });
    expect(asAdmin.body.results[0].deletion).toMatchObject({ ownerId: open.ownerId, requestedBy: open.ownerId });
    expect(asAdmin.body.results[0].deletion).not.toHaveProperty('history');
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'The body must be JSON'],
    ['a list', [aVideoId()], 'the body must be a JSON object with videoIds'],
    ['no ids', {}, 'videoIds must be a list of 1 to 100 UUIDs in lower case'],
    ['an empty list', { videoIds: [] }, 'videoIds must be a list of 1 to 100'],
    ['101 ids', { videoIds: Array.from({ length: 101 }, aVideoId) }, 'videoIds must be a list of 1 to 100'],
    ['everything', { videoIds: '*' }, 'videoIds must be a list'],
    ['an id in upper case', { videoIds: [aVideoId(), aVideoId().toUpperCase()] }, 'videoIds[1] is wrong'],
    ['an id that climbs', { videoIds: ['../secret-place'] }, 'videoIds[0] is wrong'],
    ['a number', { videoIds: [aVideoId(), aVideoId(), 7] }, 'videoIds[2] is wrong'],
    ['one member more', { videoIds: [aVideoId()], force: true }, 'unknown members of the body, expected only videoIds'],
    ['more than it looks at', { videoIds: Array.from({ length: 500 }, aVideoId) }, 'at most 16384 characters'],
  ])('refuses %s, names what is wrong and repeats nothing of it', async (_what, sent, detail) => {
    const { status, body, text } = await ask(await admin(), sent);
    expect([status, body.detail]).toEqual([400, expect.stringContaining(detail)]);
    expect(text).not.toMatch(/secret-place|force/);
    expect(body.detail.length).toBeLessThan(600);
  });

  it('names the first few of many mistakes', async () => {
    const { body } = await ask(await admin(), { videoIds: Array.from({ length: 90 }, () => '') });
    expect(body.detail.match(/videoIds\[\d+\]/g)).toEqual([0, 1, 2, 3, 4].map((n) => `videoIds[${n}]`));
  });

  it('F24 touches nothing if one is another’s: 403, and each that is refused is named', async () => {
    const own = await world.video();
    const [foreign, unknown] = [await world.video(), aVideoId()];
    const { status, body, headers } = await ask(own.ownerId, { videoIds: [own.videoId, unknown, foreign.videoId] });
    expect(status).toBe(403);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(body).toMatchObject({ title: 'Forbidden', status: 403, instance: PATH });
    expect(body.errors).toEqual([
      { videoId: unknown, status: 404, detail: 'There is no such video' },
      { videoId: foreign.videoId, status: 403, detail: 'Only its owner or an admin may delete this video' },
    ]);
    expect(await isShown(own)).toBe(true);
  });

  it('F24 touches nothing if one is unknown: 404', async () => {
    const own = await world.video();
    const unknown = aVideoId();
    const { status, body } = await ask(own.ownerId, { videoIds: [own.videoId, unknown] });
    expect(status).toBe(404);
    expect(body.errors).toEqual([{ videoId: unknown, status: 404, detail: 'There is no such video' }]);
    expect(await isShown(own)).toBe(true);
  });

  it.each([
    ['503', new StoreUnavailable('postgres://secret is down'), 503],
    ['500', new Error('a secret of ours'), 500],
  ])('says %s of one at which a store failed, nothing of why, and accepts the others', async (_what, error, status) => {
    const [first] = [await world.video()];
    const second = await world.video(first.ownerId);
    failAt(first.videoId, error);
    world.logged.length = 0;
    const answer = await ask(first.ownerId, { videoIds: [first.videoId, second.videoId] });
    expect(answer).toMatchObject({
      status: 202,
      body: { results: [{}, { videoId: second.videoId, status: 202, deletion: { state: 'pending' } }] },
    });
    expect(answer.body.results[0]).toEqual({ videoId: first.videoId, status });
    const fields = { videoId: first.videoId, status, code: error.name };
    expect(world.logged).toContainEqual({ message: 'request failed', fields });
  });

  it('is refused whole while the database is down, with nothing accepted', async () => {
    const video = await world.video();
    world.ports.rows = { ...world.ports.rows, find: () => Promise.reject(new StoreUnavailable('down')) };
    const { status, headers } = await ask(video.ownerId, { videoIds: [video.videoId] });
    expect([status, headers['retry-after']]).toEqual([503, '5']);
    expect(await world.ports.tombstones.find(video.videoId)).toBeUndefined();
  });
});
