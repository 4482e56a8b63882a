import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Context, unknownVideo } from './rows-under-test.ts';

/** What `deleteVideoRow` does with reports. */
export function resolvesReports(context: Context): void {
  const at = new Date('2026-03-01T10:00:00.123Z');
  const untouched = { resolvedBy: null, resolvedAt: null };

  test('F20 resolves what is pending on this video, with who and when, and touches no other report', async () => {
    const { rows, seed, ownerId, videoId } = context();
    const neighbour = await seed.video({ ownerId });
    const pending = await seed.report({ type: 'video', targetId: videoId, status: 'pending' });
    const kept: Parameters<typeof seed.report>[0][] = [
      { type: 'video', targetId: videoId, status: 'dismissed' },
      { type: 'video', targetId: videoId, status: 'resolved' },
      { type: 'video', targetId: neighbour, status: 'pending' },
      { type: 'user', targetId: videoId, status: 'pending' },
    ];
    const keptIds = await Promise.all(kept.map((report) => seed.report(report)));
    expect((await rows.deleteVideoRow(videoId, { by: ownerId, at, known: [] })).counts).toEqual({
      reports: 1,
      videos: 1,
    });
    expect(await seed.readReport(pending)).toEqual({ status: 'resolved', resolvedBy: ownerId, resolvedAt: at });
    for (const [position, { status }] of kept.entries()) {
      expect(await seed.readReport(keptIds[position] as string)).toEqual({ status, ...untouched });
    }
  });

  test('resolves them when the video is gone already', async () => {
    const { rows, seed, ownerId } = context();
    const gone = unknownVideo();
    const report = await seed.report({ type: 'video', targetId: gone, status: 'pending' });
    expect((await rows.deleteVideoRow(gone, { by: ownerId, at, known: [] })).counts).toEqual({ reports: 1 });
    expect(await seed.readReport(report)).toMatchObject({ status: 'resolved', resolvedBy: ownerId });
  });

  test.each([randomUUID(), 'operator'])('resolves them when there is no account %s any more', async (by) => {
    const { rows, seed, videoId } = context();
    const report = await seed.report({ type: 'video', targetId: videoId, status: 'pending' });
    await rows.deleteVideoRow(videoId, { by, at, known: [] });
    expect(await seed.readReport(report)).toEqual({ status: 'resolved', resolvedBy: null, resolvedAt: at });
  });
}
