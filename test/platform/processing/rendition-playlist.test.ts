import { describe, expect, it } from 'vitest';
import { renditionPlaylist } from '../../../platform/processing/rendition-playlist.ts';

describe('renditionPlaylist', () => {
  it('lists every segment with its length, and says where the clip begins anew', () => {
    expect(renditionPlaylist('a', 5).split('\n').slice(4)).toEqual([
      '#EXTINF:2.000,',
      'a_001.ts',
      '#EXTINF:2.000,',
      'a_002.ts',
      '#EXTINF:2.000,',
      'a_003.ts',
      '#EXTINF:1.000,',
      'a_004.ts',
      '#EXT-X-DISCONTINUITY',
      '#EXTINF:2.000,',
      'a_005.ts',
      '#EXT-X-ENDLIST',
      '',
    ]);
  });
});
