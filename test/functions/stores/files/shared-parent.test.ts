import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { warningOf } from '../../../../functions/stores/files/shared-parent.ts';

test('a folder is warned of while everybody may write to the one in which it stands', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'parent-'));
  onTestFinished(() => rm(parent, { recursive: true }));
  const folder = join(parent, 'video_processing');
  expect(warningOf('PROCESSING_DIR', folder)).toBeUndefined();
  await chmod(parent, 0o1777);
  expect(warningOf('PROCESSING_DIR', folder)).toContain(`PROCESSING_DIR stands in ${parent}`);
  expect(warningOf('PROCESSING_DIR', join(parent, 'missing', 'video_processing'))).toBeUndefined();
});
