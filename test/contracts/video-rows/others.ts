import { expect, test } from 'vitest';
import { type Context, unknownVideo } from './rows-under-test.ts';

/** `existing`, `namersOf` and `sharersOf`: what other videos' rows say. */
export function knowsOthers(context: Context): void {
  test('tells which ids have a row, hidden ones included', async () => {
    const { rows, seed, ownerId, videoId } = context();
    const hidden = await seed.video({ ownerId });
    await rows.hide(hidden, new Date());
    const existing = await rows.existing([videoId, unknownVideo(), hidden]);
    expect([...existing].sort()).toEqual([videoId, hidden].sort());
    expect([...(await rows.existing([]))]).toEqual([]);
  });

  test('finds the rows whose URLs hold an id, in any spelling, and no others', async () => {
    const { rows, seed, ownerId, videoId } = context();
    const [, second = '', ...rest] = videoId.split('-');
    const escaped = [...videoId].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('');
    const naming = [
      `https://cdn.example.com/originals/${videoId}/x.mp4?a=b`,
      `s3://bucket/originals/a-${videoId}-b.mp4`,
      `originals/${escaped}.mp4`,
      `originals/${escaped.toUpperCase()}.mp4`,
      `originals/${videoId.replaceAll('-', '%2D')}.mp4`,
    ];
    const namers = await Promise.all(naming.map(async (url) => [await seed.video({ ownerId, urls: [url] }), url]));
    await seed.video({ ownerId, urls: [`originals/${unknownVideo()}.mp4`] });
    await seed.video({ ownerId, urls: [`originals/${second}-${rest.join('-')}.mp4`] });
    await seed.video({ ownerId });
    const found = await rows.namersOf(videoId);
    expect(found.map(({ videoId: id, urls: [url] }) => [id, url]).sort()).toEqual(namers.sort());
  });

  test('does not find the row itself', async () => {
    const { rows, seed, ownerId } = context();
    const own = await seed.video({ ownerId, urls: [] });
    expect(await rows.namersOf(own)).toEqual([]);
  });

  test('finds the videos for which a run is registered, too', async () => {
    const { rows, seed, ownerId, videoId } = context();
    const other = await seed.video({ ownerId });
    const batch = `arn:batch:${videoId}`;
    for (const id of [videoId, other]) await seed.run(id, batch);
    await seed.run(videoId, `arn:own:${videoId}`);
    await seed.run(other, `arn:own:${other}`);
    const asked = [batch, `arn:own:${videoId}`, 'arn:nobody'];
    expect(await rows.sharersOf(videoId, asked)).toEqual([{ videoId: other, runs: [batch] }]);
    expect(await rows.sharersOf(videoId, [])).toEqual([]);
  });
}
