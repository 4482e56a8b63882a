import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { expect, onTestFinished, test } from 'vitest';
import { startS3 } from '../../../local/s3/start.ts';
import { clientOf, media, openMedia } from './s3-client.ts';

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 's3-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The simulator in a process of its own, for tests that kill it. */
async function spawnS3(folder: string): Promise<{ child: ChildProcess; client: S3Client }> {
  const settings = JSON.stringify({ folder, buckets: [{ name: 'media', objectLock: true }] });
  const program = `import { startS3 } from ${JSON.stringify(new URL('../../../local/s3/start.ts', import.meta.url).href)};
    console.log((await startS3(${settings})).endpoint);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [endpoint] = await once(child.stdout, 'data');
  const client = clientOf(String(endpoint).trim());
  onTestFinished(() => {
    child.kill('SIGKILL');
    client.destroy();
  });
  return { child, client };
}

const versionsOf = async (client: S3Client) => {
  const { Versions, DeleteMarkers } = await client.send(new ListObjectVersionsCommand(media));
  return { Versions, DeleteMarkers };
};

test('has everything again after kill -9', async () => {
  const folder = await temporaryFolder();
  const { child, client } = await spawnS3(folder);
  const put = (Key: string, Body: string) =>
    client.send(new PutObjectCommand({ ...media, Key, Body, ContentType: 'text/plain', Metadata: { a: 'b' } }));
  await put('a', 'one');
  await put('a', 'two');
  await put('gone\n', 'three');
  await client.send(new DeleteObjectCommand({ ...media, Key: 'gone\n' }));
  await client.send(new PutObjectLegalHoldCommand({ ...media, Key: 'a', LegalHold: { Status: 'ON' } }));
  const started = await client.send(new CreateMultipartUploadCommand({ ...media, Key: 'big' }));
  const upload = { ...media, Key: 'big', UploadId: started.UploadId };
  await client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'part' }));
  const before = await versionsOf(client);
  child.kill('SIGKILL');
  await once(child, 'exit');

  const again = await openMedia({ folder });
  expect(await versionsOf(again.client)).toEqual(before);
  const read = await again.client.send(new GetObjectCommand({ ...media, Key: 'a' }));
  expect(read).toMatchObject({ ContentType: 'text/plain', Metadata: { a: 'b' } });
  expect(await read.Body?.transformToString()).toBe('two');
  const hold = await again.client.send(new GetObjectLegalHoldCommand({ ...media, Key: 'a' }));
  expect(hold.LegalHold).toEqual({ Status: 'ON' });
  expect((await again.client.send(new ListPartsCommand(upload))).Parts).toMatchObject([{ PartNumber: 1, Size: 4 }]);
});

test('leaves out a torn last line, and writes on behind it', async () => {
  const folder = await temporaryFolder();
  const first = await startS3({ folder, buckets: [{ name: 'media' }] });
  first.fill('media', ['a']);
  await first.stop();
  await appendFile(join(folder, 'journal.jsonl'), '[{"type":"drop","bucket":"media","key":"a","ver');
  const second = await startS3({ folder, buckets: [{ name: 'media' }] });
  second.fill('media', ['b']);
  await second.stop();
  const { client } = await openMedia({ folder });
  const { Contents } = await client.send(new ListObjectsV2Command(media));
  expect(Contents?.map(({ Key }) => Key)).toEqual(['a', 'b']);
});

test('refuses a journal that is broken in the middle', async () => {
  const folder = await temporaryFolder();
  const first = await startS3({ folder, buckets: [{ name: 'media' }] });
  first.fill('media', ['a']);
  await first.stop();
  const path = join(folder, 'journal.jsonl');
  const whole = await readFile(path, 'utf8');
  for (const broken of [`not JSON\n${whole}`, `${whole}not JSON\n`, `not JSON\n${whole}[torn`]) {
    await writeFile(path, broken);
    await expect(startS3({ folder, buckets: [] })).rejects.toThrow('broken line');
  }
});

test('keeps equal bodies once, and deletes the bytes with the last object that has them', async () => {
  const folder = await temporaryFolder();
  const { client, put } = await openMedia({ folder });
  const bodies = () => readdir(join(folder, 'bodies'));
  await put('a', 'same');
  await put('b', 'same');
  expect(await bodies()).toHaveLength(1);
  await client.send(new DeleteObjectCommand({ ...media, Key: 'a' }));
  expect(await bodies()).toHaveLength(1);
  await put('b', 'other');
  expect(await bodies()).toHaveLength(1);
  await client.send(new DeleteObjectCommand({ ...media, Key: 'b' }));
  expect(await bodies()).toEqual([]);
});

test('compacts the journal and drops stray bodies at the start', async () => {
  const folder = await temporaryFolder();
  const first = await startS3({ folder, buckets: [{ name: 'media' }] });
  for (let round = 0; round < 50; round += 1) first.fill('media', ['a', 'b'], `round ${round}`);
  await first.stop();
  await writeFile(join(folder, 'bodies', 'stray'), 'never referred to');
  const { s3, client } = await openMedia({ folder });
  expect((await readFile(join(folder, 'journal.jsonl'), 'utf8')).match(/"type":"put"/g)).toHaveLength(2);
  expect(await readdir(join(folder, 'bodies'))).toHaveLength(1);
  s3.fill('media', ['c'], 'new');
  const read = async (Key: string) =>
    (await client.send(new GetObjectCommand({ ...media, Key }))).Body?.transformToString();
  expect([await read('a'), await read('b'), await read('c')]).toEqual(['round 49', 'round 49', 'new']);
});
