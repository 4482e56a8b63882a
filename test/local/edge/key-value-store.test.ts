import { DescribeKeyValueStoreCommand, UpdateKeysCommand } from '@aws-sdk/client-cloudfront-keyvaluestore';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyValueStoreClient, startKeyValueStore } from '../../../local/edge/key-value-store.ts';
import { gateContract } from '../../contracts/gate.ts';
import { content, openEdge } from '../../support/local-edge.ts';

gateContract('the adapter before the stand-in', async () => {
  const edge = await openEdge({ origin: async () => content('segment') });
  return {
    gate: edge.gate,
    async view(videoId) {
      const { status, headers } = await edge.view(`/videos/${videoId}/720p/a_001.ts`);
      return { status, cacheControl: headers.get('cache-control') };
    },
    close: edge.close,
  };
});

describe('the gate at the local edge', () => {
  it('refuses copies that the edge has, and originals that are named by the id', async () => {
    const edge = await openEdge({ origin: async () => content('segment') });
    const videoId = '0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c11';
    const paths = [`/videos/${videoId}/a.ts`, `/uploads/${videoId}.mp4`];
    for (const path of paths) await edge.view(path);
    await edge.gate.close([videoId as never]);
    for (const path of paths) expect(await edge.view(path)).toMatchObject({ status: 410 });
    expect(edge.local.cached()).toEqual(paths);
    await edge.close();
  });
});

describe('startKeyValueStore', () => {
  let store: Awaited<ReturnType<typeof startKeyValueStore>>;
  let client: ReturnType<typeof keyValueStoreClient>;
  beforeEach(async () => {
    store = await startKeyValueStore();
    client = keyValueStoreClient(store.endpoint);
  });
  afterEach(async () => {
    client.destroy();
    await store.stop();
  });
  const version = async () => (await client.send(new DescribeKeyValueStoreCommand({ KvsARN: store.arn }))).ETag;
  const put = (IfMatch: string | undefined, keys: string[]) =>
    client.send(new UpdateKeysCommand({ KvsARN: store.arn, IfMatch, Puts: keys.map((Key) => ({ Key, Value: '1' })) }));

  it('refuses an update of a version that is no longer current', async () => {
    const first = await version();
    const { ETag, ItemCount } = await put(first, ['a']);
    expect([ETag, ItemCount]).toEqual([await version(), 1]);
    await expect(put(first, ['b'])).rejects.toMatchObject({ name: 'ConflictException' });
    expect(store.keys()).toEqual(['a']);
  });

  it('takes fifty keys in one update, all or none', async () => {
    const keys = Array.from({ length: 51 }, (_, n) => `key-${n}`);
    await expect(put(await version(), keys)).rejects.toMatchObject({ name: 'ValidationException' });
    await put(await version(), keys.slice(1));
    const Deletes = [{ Key: 'key-1' }, { Key: 'key-0' }];
    await expect(
      client.send(new UpdateKeysCommand({ KvsARN: store.arn, IfMatch: await version(), Deletes })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(store.keys()).toHaveLength(50);
  });

  it('is full at five megabytes', async () => {
    const Puts = Array.from({ length: 50 }, (_, n) => ({ Key: `key-${n}`, Value: 'x'.repeat(110_000) }));
    await expect(
      client.send(new UpdateKeysCommand({ KvsARN: store.arn, IfMatch: await version(), Puts })),
    ).rejects.toMatchObject({ name: 'ServiceQuotaExceededException' });
  });

  it('knows no other store', async () => {
    const KvsARN = store.arn.replace(/1$/, '2');
    await expect(client.send(new DescribeKeyValueStoreCommand({ KvsARN }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
