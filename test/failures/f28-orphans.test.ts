import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import { verifyReceipt } from '../../functions/stores/signing/verify-receipt.ts';
import { userIdOf } from '../../platform/seed/accounts.ts';
import { type OpsSystem, openOpsSystem } from '../ops/run-ops.ts';
import { readyVideosOf, videoPath } from '../support/api-client.ts';
import { storedNames } from '../support/left-in.ts';

const [DELETED] = readyVideosOf('ana').map(parseVideoId);
if (!DELETED) throw new Error('ana has no video');
/** However young: what is looked for here has only just been put there. */
const AT_ONCE = ['--min-age', '0s', '--pause', '1s'];

let system: OpsSystem;
beforeAll(async () => {
  system = await openOpsSystem();
});
afterEach(() => system.parts.s3?.faults.clear());
afterAll(async () => {
  await system.stop();
  await rm(system.folder, { recursive: true, force: true });
});

const put = (key: string) => system.parts.putFile(key, key);
const stored = async (part = '') => (await storedNames(system)).filter((name) => name.includes(part)).sort();
const addRow = (id: string) =>
  system.db
    .insertInto('videos')
    .values({ id, user_id: userIdOf('ana'), title: 'In flight' })
    .execute();
async function orphans(args: string[], input?: string) {
  const ran = await system.ops(['orphans', '--json', ...args], input === undefined ? {} : { input });
  return { ...ran, document: ran.stdout ? JSON.parse(ran.stdout) : undefined };
}

/** Does this once, when the scan has been given its listing and before it looks at anything else. */
function duringScan(act: () => Promise<unknown>): void {
  let isBegun = false;
  system.parts.s3?.faults.onRequest(async ({ operation, phase }) => {
    if (isBegun || phase !== 'after' || operation !== 'ListObjectVersions') return;
    isBegun = true;
    await act();
  });
}

describe('the orphan finder', { timeout: 60_000 }, () => {
  test('F28 an upload during the scan is never reported, whichever it writes first', async () => {
    const [rowFirst, objectsFirst] = [randomUUID(), randomUUID()];
    await put(`videos/${objectsFirst}/playlist.m3u8`);
    duringScan(async () => {
      await addRow(rowFirst);
      await put(`videos/${rowFirst}/playlist.m3u8`);
      await addRow(objectsFirst);
    });
    const { code, document } = await orphans(AT_ONCE);
    expect({ code, orphans: document.orphans }).toEqual({ code: 0, orphans: [] });
    expect(await stored(objectsFirst)).toHaveLength(1);
  });

  test('F28 nothing is deleted unless it is asked for and confirmed, and never what is live, young or foreign', async () => {
    const [orphan, upload] = [randomUUID(), randomUUID()];
    const live = await stored();
    await put(`videos/${orphan}/playlist.m3u8`);
    await put(`videos/${orphan}/playlist.m3u8`);
    await put('videos/README.txt');
    await put(`videos/${orphan.toUpperCase()}/playlist.m3u8`);
    await put(`videos/${orphan}`);
    const before = await stored();

    const young = await orphans(['--min-age', '1h', '--pause', '0s', '--delete'], 'delete 1 videos\n');
    expect({ code: young.code, orphans: young.document.orphans }).toEqual({ code: 0, orphans: [] });
    const reported = await orphans(AT_ONCE);
    expect(reported.code).toBe(1);
    expect(reported.document.orphans).toMatchObject([{ videoId: orphan, kind: 'orphan', counts: { versions: 1 } }]);
    const foreign = [`videos/${orphan.toUpperCase()}/`, `videos/${orphan}`, 'videos/README.txt'];
    expect(reported.document.foreign).toEqual({ count: 3, names: expect.arrayContaining(foreign) });
    const wrong = await orphans([...AT_ONCE, '--delete'], 'delete 2 videos\n');
    expect(wrong).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('Nothing was done') });
    expect(await stored()).toEqual(before);

    duringScan(async () => {
      await addRow(upload);
      await put(`videos/${upload}/playlist.m3u8`);
    });
    const deleted = await orphans([...AT_ONCE, '--delete'], 'delete 1 videos\n');
    expect(deleted.code).toBe(0);
    expect(deleted.document.orphans).toMatchObject([{ videoId: orphan, outcome: 'deletion requested: pending' }]);
    const ended = await system.until(parseVideoId(orphan), 'deleted');
    expect(ended.requests).toMatchObject([{ by: 'operator', reason: 'orphan' }]);
    const receipt = await verifyReceipt(ended.receipts[0] as string, await system.ports.signer.publicKeys());
    expect(receipt).toMatchObject({
      sub: orphan,
      reason: 'orphan',
      counts: { deleteObjects: { objects: 1, versions: 1 } },
    });
    expect(receipt).not.toHaveProperty('ownerId');
    expect(await stored(`videos/${orphan}/`)).toEqual([]);
    // To the byte: every key, version and ETag.
    const kept = before.filter((name) => !name.includes(`videos/${orphan}/`));
    expect((await stored()).filter((name) => !name.includes(upload))).toEqual(kept);
    expect(kept).toEqual(expect.arrayContaining(live));
  });

  test('F28 F64 a name from storage cannot paint the terminal', async () => {
    const paint = 'videos/\u001b[31m\u001b[2J\nNames checked: 9.\u202e/x';
    await put(paint);
    const lost = `originals/\u001b[2J/${randomUUID()}.mp4`;
    await put(lost);
    const { stdout } = await system.ops(['orphans', ...AT_ONCE]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test searches for them
    expect(stdout).not.toMatch(/[\u001b\u202e]|^Names checked: 9/m);
    expect(stdout).toContain('\\\\u001b[31m');
    expect(stdout).toContain(lost.slice(-36));
  });

  test('F28 residue of a deleted video is deleted through its deletion, which signs a second receipt', async () => {
    await system.call('DELETE', videoPath(DELETED), { as: 'ana' });
    await system.until(DELETED, 'deleted');
    await put(`videos/${DELETED}/720p/late.ts`);
    // It may be as young as it likes.
    const found = await orphans(['--min-age', '1h', '--pause', '0s', '--log', '--delete'], 'delete 1 videos\n');
    expect(found.code).toBe(0);
    expect(found.document.orphans).toMatchObject([{ videoId: DELETED, kind: 'residue' }]);
    expect(found.stderr).toMatch(/"Namespace":"VideoDeletion".*"ResidueLeft":1/);
    await system.until(DELETED, 'deleted');
    expect(await stored(DELETED)).toEqual([]);
    const tombstone = await system.ports.tombstones.find(DELETED);
    expect(tombstone?.receipts).toHaveLength(2);
    expect(tombstone?.history.map(({ from, to, by }) => `${from} ${to} ${by}`)).toContain('deleted running operator');
  });
});
