import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prefixOf } from '../../functions/deletion/data-map/data-map.ts';
import { parseVideoId, type VideoId } from '../../functions/deletion/video-id.ts';
import type { ApiEvent } from '../../functions/http/api.ts';
import { requestDeletionHandler } from '../../functions/request-deletion.ts';
import { lambdaContext } from '../../local/handlers/lambda-context.ts';
import { apiEvent } from '../support/api-event.ts';
import { useWorld } from '../support/use-world.ts';

const GENERATED = 12_000;
const OWN_PREFIX = /^videos\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\/$/;

const world = useWorld();

const fullWidth = (text: string) => text.replace(/[0-9a-z]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0));
/** What becomes of a good id on its way: cut, padded, encoded, joined with a path, written in other letters. */
const SPOILINGS: readonly ((id: string) => string)[] = [
  (id) => id.toUpperCase(),
  (id) => id.slice(0, -1),
  (id) => `${id}0`,
  (id) => `${id}/`,
  (id) => `${id}/../`,
  (id) => `${id}%2f..%2f`,
  (id) => `${id}\n`,
  (id) => ` ${id}`,
  (id) => `${id}\u200d`,
  (id) => `${id}\u0000`,
  (id) => `${id.slice(0, 8)}*`,
  (id) => `{${id}}`,
  (id) => id.replaceAll('-', ''),
  (id) => encodeURIComponent(id).replaceAll('-', '%2d'),
  (id) => fullWidth(id),
  (id) => id.replace(/[a-f]/, 'а'),
];
const HOSTILE = [
  '',
  ' ',
  '.',
  '..',
  '../..',
  '%2e',
  '%2E%2e',
  '%252e',
  '*',
  '?',
  '/',
  '//',
  '\\',
  '1',
  '10',
  'null',
  'videos',
];
const ids = fc.oneof(
  { weight: 1, arbitrary: fc.uuid() },
  { weight: 1, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 8, arbitrary: fc.tuple(fc.uuid(), fc.constantFrom(...SPOILINGS)).map(([id, spoil]) => spoil(id)) },
  { weight: 4, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 4, arbitrary: fc.stringMatching(/^[0-9a-fA-F/.%*-]{0,40}$/) },
);

/** The function behind `DELETE /api/v1/videos/{videoId}`, with the path's parameter as it came. */
async function askFor(videoId: string): Promise<number | undefined> {
  const event = apiEvent('DELETE /api/v1/videos/{videoId}', { as: 'rosa' });
  const handler = requestDeletionHandler(() => ({ ...world.ports, userIdClaim: 'sub' }));
  const context = lambdaContext({ name: 'request-deletion', timeoutSeconds: 10 });
  return (await handler({ ...event, pathParameters: { videoId } } as ApiEvent, context)).statusCode;
}

/** What storage is asked when a message or a tombstone names this id all the same. */
const deleteObjects = (id: string) =>
  world.ports.objects.deleteAll({ videoId: id as VideoId, prefix: `videos/${id}/`, strayKeys: [] }, async () => {});

function prefixIfParsed(id: string): string | undefined {
  try {
    return prefixOf(parseVideoId(id));
  } catch {
    return undefined;
  }
}

test('F8 no id that can be written reaches beyond one video', { timeout: 120_000 }, async ({ annotate }) => {
  const counts = { refused: 0, own: 0, writes: 0 };
  const { tombstones } = world.ports;
  world.ports.tombstones = { ...tombstones, write: async () => Boolean(++counts.writes) };
  world.s3.requests.clear();
  const oneId = fc.asyncProperty(ids, async (id) => {
    const prefix = prefixIfParsed(id);
    // No account of that name, so an id that is one goes as far as the database.
    expect(await askFor(id)).toBe(prefix === undefined ? 400 : 403);
    counts[prefix === undefined ? 'refused' : 'own'] += 1;
    if (prefix === undefined) await expect(deleteObjects(id)).rejects.toMatchObject({ code: 'UnsafeTarget' });
    else expect(prefix).toMatch(OWN_PREFIX);
  });
  await fc.assert(oneId, { numRuns: GENERATED });
  expect(world.s3.requests.count()).toBe(0);
  expect(counts).toEqual({ refused: expect.any(Number), own: GENERATED - counts.refused, writes: 0 });
  const { refused, own } = counts;
  await annotate(`${GENERATED} ids: ${refused} refused, ${own} with a prefix of their own, 0 requests to storage`);
});
