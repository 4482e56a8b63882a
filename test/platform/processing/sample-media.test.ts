import { describe, expect, it } from 'vitest';
import { readMasterPlaylist } from '../../../platform/processing/sample-media.ts';

describe('readMasterPlaylist', () => {
  it("names each rendition's playlist by the id of the video", async () => {
    const named = (await readMasterPlaylist('a')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(named).toEqual(['720p/a.m3u8', '480p/a.m3u8']);
  });
});
