import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { deletesInBatches } from './video-rows/delete-batch.ts';
import { deletesTheVideo } from './video-rows/delete-video.ts';
import { findsCallerAndVideo } from './video-rows/find.ts';
import { hidesAndRestores } from './video-rows/hide.ts';
import { looks } from './video-rows/look.ts';
import { knowsOthers } from './video-rows/others.ts';
import { resolvesReports } from './video-rows/resolve-reports.ts';
import type { RowsUnderTest } from './video-rows/rows-under-test.ts';

/** What every implementation of `VideoRows` keeps. */
export function describeVideoRows(name: string, create: () => Promise<RowsUnderTest>): void {
  describe(`VideoRows: ${name}`, () => {
    let under: RowsUnderTest;
    let ownerId: string;
    let videoId: VideoId;
    beforeAll(async () => {
      under = await create();
    });
    beforeEach(async () => {
      ownerId = await under.seed.user();
      videoId = await under.seed.video({ ownerId });
    });
    afterAll(() => under.close());

    const context = () => ({ ...under, ownerId, videoId });
    describe('find', () => findsCallerAndVideo(context));
    describe('hide and restore', () => hidesAndRestores(context));
    describe('deleteBatch', () => deletesInBatches(context));
    describe('deleteVideoRow', () => deletesTheVideo(context));
    describe('deleteVideoRow and reports', () => resolvesReports(context));
    describe('look', () => looks(context));
    describe('other videos', () => knowsOthers(context));
  });
}
