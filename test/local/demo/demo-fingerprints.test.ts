import { describe, expect, it } from 'vitest';
import { newDemo } from '../../../local/demo/demo.ts';
import { differences } from '../../../local/demo/fingerprints.ts';

const demo = newDemo({ ownerId: 'owner', neighbourOwnerId: 'other' });
const BEFORE = { 'objects videos/a/1.ts v1': 'aa', 'row votes 7': 'bb', 'cached video:a': 'cc' };

describe('differences', () => {
  it('finds none where everything is as it was', () => {
    expect(differences(BEFORE, { ...BEFORE }, demo)).toEqual([]);
  });

  it('names what is gone, changed and added', () => {
    const { 'row votes 7': _, ...rest } = BEFORE;
    const after = { ...rest, 'cached video:a': 'dd', 'deleteMarkers videos/a/1.ts v2': 'ee' };

    expect(differences(BEFORE, after, demo)).toEqual([
      'is gone: row votes 7',
      'was changed: cached video:a',
      'was added: deleteMarkers videos/a/1.ts v2',
    ]);
  });

  it('lets the run beside the deletion add objects to its own video, and nothing else of it', () => {
    const written = `objects videos/${demo.processingId}/720p/1.ts v1`;
    const marker = `deleteMarkers videos/${demo.processingId}/720p/1.ts v2`;

    expect(differences(BEFORE, { ...BEFORE, [written]: 'ff' }, demo)).toEqual([]);
    expect(differences(BEFORE, { ...BEFORE, [marker]: '00' }, demo)).toEqual([`was added: ${marker}`]);
  });
});
