import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readyVideosOf, untilState, videoPath } from '../support/api-client.ts';
import { leftIn } from '../support/left-in.ts';
import { openSystem, type TestSystem } from '../support/system.ts';

const [VIDEO = '', NEIGHBOUR = ''] = readyVideosOf('ana');

/** In every place where the local layout keeps something of a video, besides what the sample platform puts there. */
const UPLOADS = [
  `${VIDEO}.mov`,
  `originals/${VIDEO}.webm`,
  `processed/videos_${VIDEO}_1080p_${VIDEO}_001.ts`,
  `processed/${VIDEO}/deep/er/still.bin`,
];
const PROCESSING = [`${VIDEO}/input.mp4`, `${VIDEO}/frames/0001.png`];
/** Names that come near, and are not the video's. */
const NEAR_UPLOADS = [
  `${VIDEO}`,
  `${VIDEO}-copy.mp4`,
  `a${VIDEO}.mp4`,
  `originals/${VIDEO}-2.mp4`,
  `processed/videos_${VIDEO}0_playlist.m3u8`,
  `processed/a_videos_${VIDEO}_playlist.m3u8`,
  `processed/${VIDEO}.json`,
  `archive/${VIDEO}.mp4`,
  `archive/processed/${VIDEO}/a.ts`,
];
const NEAR_PROCESSING = [`${VIDEO}0/input.mp4`, `${NEIGHBOUR}/input.mp4`, `${NEIGHBOUR}/${VIDEO}/input.mp4`];

let system: TestSystem;
let outside: string;
let roots: Record<'uploads' | 'processing' | 'outside', string>;
beforeAll(async () => {
  system = await openSystem({ storage: 'local' });
  outside = await mkdtemp(join(tmpdir(), 'outside-'));
  roots = { uploads: system.settings.UPLOADS_DIR, processing: system.settings.PROCESSING_DIR, outside };
  await write(roots.uploads, [...UPLOADS, ...NEAR_UPLOADS]);
  await write(roots.processing, [...PROCESSING, ...NEAR_PROCESSING]);
  await write(outside, ['shared/watermark.png']);
  // Goes itself, and nothing goes through it.
  await symlink(join(outside, 'shared'), join(roots.uploads, 'processed', VIDEO, 'link'));
});
afterAll(async () => {
  await system?.stop();
  await rm(outside, { recursive: true });
});

async function write(root: string, paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), `content of ${path}`);
  }
}

/** Every file below the roots with the SHA-256 of its bytes, and every link with what it leads to. */
async function fingerprints(): Promise<Record<string, string>> {
  const found: [string, string][] = [];
  for (const [name, root] of Object.entries(roots)) {
    for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
      if (entry.isDirectory()) continue;
      const file = join(entry.parentPath, entry.name);
      const content = entry.isSymbolicLink()
        ? await readlink(file)
        : createHash('sha256')
            .update(await readFile(file))
            .digest('hex');
      found.push([file.replace(root, name), content]);
    }
  }
  return Object.fromEntries(found);
}

/** The video's by the layout's rules, spelled out here once more. */
function isOfVideo(file: string): boolean {
  return [
    `^uploads/${VIDEO}\\.`,
    `^uploads/originals/${VIDEO}\\.`,
    `^uploads/processed/videos_${VIDEO}_`,
    `^uploads/processed/${VIDEO}/`,
    `^processing/${VIDEO}/`,
  ].some((pattern) => new RegExp(pattern).test(file));
}

test('on local files, every layout’s files go, and all others stay as they are, byte for byte', async () => {
  const playlist = `${system.url}/videos/${VIDEO}/playlist.m3u8`;
  expect((await fetch(playlist)).status).toBe(200);
  const before = await fingerprints();
  const ours = Object.keys(before).filter(isOfVideo);
  // The original, 12 renditions with playlists and thumbnail, two files of the processing; then those from above and
  // the link.
  expect(ours).toHaveLength(13 + 2 + UPLOADS.length + PROCESSING.length + 1);

  expect((await system.call('DELETE', videoPath(VIDEO), { as: 'ana' })).status).toBe(202);
  await untilState(system.call, VIDEO, 'deleted');

  const kept = Object.fromEntries(Object.entries(before).filter(([file]) => !ours.includes(file)));
  expect(await fingerprints()).toEqual(kept);
  const { storage: _, ...left } = await leftIn(system, VIDEO);
  expect(left).toEqual({});
  expect((await fetch(playlist)).status).toBe(404);
  expect((await fetch(playlist.replace(VIDEO, NEIGHBOUR))).status).toBe(200);

  const { text } = await system.call('GET', `${videoPath(VIDEO)}/deletion/receipt`, { as: 'ana' });
  expect(decodeJwt(text)).toMatchObject({ counts: { deleteObjects: { files: ours.length } }, exceptions: {} });
});
