import {
  CloudFrontKeyValueStoreClient,
  CloudFrontKeyValueStoreServiceException,
  ConflictException,
  DescribeKeyValueStoreCommand,
  UpdateKeysCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Gate } from '../../../../functions/deletion/ports.ts';
import { createCloudFrontGate } from '../../../../functions/stores/cloudfront/cloudfront-gate.ts';
import { keyValueStoreClient, startKeyValueStore } from '../../../../local/edge/key-value-store.ts';
import { aVideoId } from '../../../support/a-tombstone.ts';

const STORE = 'arn:aws:cloudfront::000000000000:key-value-store/11111111-2222-4333-8444-555555555555';
const wire = mockClient(CloudFrontKeyValueStoreClient);
afterAll(() => wire.restore());
const wait = vi.fn(async () => {});
let gate: Gate;
const updates = () => wire.commandCalls(UpdateKeysCommand).map(({ args }) => args[0].input);
const conflict = () => new ConflictException({ message: 'Resource is not in expected state', $metadata: {} });
const refusal = (name: string, message: string) =>
  new CloudFrontKeyValueStoreServiceException({ name, message, $fault: 'client', $metadata: {} });

beforeEach(() => {
  wire.reset();
  wire.on(UpdateKeysCommand).resolves({ ETag: 'updated' });
  wait.mockClear();
  gate = createCloudFrontGate(new CloudFrontKeyValueStoreClient({ region: 'eu-west-1' }), { storeArn: STORE, wait });
  let version = 0;
  wire.on(DescribeKeyValueStoreCommand).callsFake(() => ({ ETag: `version-${++version}` }));
});

describe('createCloudFrontGate', () => {
  it('puts the ids on the version of the store that it has just read', async () => {
    const [one, two] = [aVideoId(), aVideoId()];
    await gate.close([one, two]);
    expect(updates()).toEqual([
      {
        KvsARN: STORE,
        IfMatch: 'version-1',
        Puts: [
          { Key: one, Value: '1' },
          { Key: two, Value: '1' },
        ],
      },
    ]);
  });

  it('deletes the ids, fifty in a call', async () => {
    const ids = Array.from({ length: 51 }, aVideoId);
    await gate.open(ids);
    expect(updates().map(({ Deletes, IfMatch }) => [Deletes?.length, IfMatch])).toEqual([
      [50, 'version-1'],
      [1, 'updated'],
    ]);
  });

  it('says when half of its 5 MB is taken, and asks the store only while that may be', async () => {
    const asked = () => wire.commandCalls(DescribeKeyValueStoreCommand).length;
    wire.on(DescribeKeyValueStoreCommand).resolves({ ETag: 'v', TotalSizeInBytes: 2_621_403 });
    expect(await gate.isHalfFull()).toBe(false);
    expect([await gate.isHalfFull(), asked()]).toEqual([false, 1]);
    await gate.close([aVideoId()]);
    wire.on(DescribeKeyValueStoreCommand).resolves({ ETag: 'v', TotalSizeInBytes: 2_621_440 });
    expect(await gate.isHalfFull()).toBe(true);
    wire.on(DescribeKeyValueStoreCommand).resolves({ ETag: 'v', TotalSizeInBytes: 40 });
    expect(await gate.isHalfFull()).toBe(false);
  });

  it('reads the version once: its own update says what comes next', async () => {
    wire.on(UpdateKeysCommand).resolvesOnce({ ETag: 'updated-1' }).resolvesOnce({ ETag: 'updated-2' });
    await gate.close([aVideoId()]);
    await gate.open([aVideoId()]);
    expect(updates().map(({ IfMatch }) => IfMatch)).toEqual(['version-1', 'updated-1']);
  });

  it('reads it again, at once, when somebody else has written since, and after an error', async () => {
    const updated = { ETag: 'updated' };
    const failed = refusal('InternalServerException', 'No');
    wire
      .on(UpdateKeysCommand)
      .resolvesOnce(updated)
      .rejectsOnce(conflict())
      .resolvesOnce(updated)
      .rejectsOnce(failed)
      .resolves(updated);
    await gate.close([aVideoId()]);
    await gate.close([aVideoId()]);
    await expect(gate.close([aVideoId()])).rejects.toMatchObject({ name: 'InternalServerException' });
    await gate.close([aVideoId()]);
    const versions = ['version-1', 'updated', 'version-2', 'updated', 'version-3'];
    expect(updates().map(({ IfMatch }) => IfMatch)).toEqual(versions);
    expect(wait).not.toHaveBeenCalled();
  });

  it('does not lose what another writer has put', async () => {
    wire.restore();
    const store = await startKeyValueStore();
    const client = keyValueStoreClient(store.endpoint);
    const [ours, theirs] = [1, 2].map(() => createCloudFrontGate(client, { storeArn: store.arn })) as [Gate, Gate];
    const [first, second, third] = [aVideoId(), aVideoId(), aVideoId()];
    await ours.close([first]);
    await theirs.close([second]);
    await ours.close([third]);
    await theirs.open([first]);
    expect([first, second, third].map((videoId) => store.has(videoId))).toEqual([false, true, true]);
    client.destroy();
    await store.stop();
  });

  it('opens for the others when one is not in the store any more', async () => {
    wire.restore();
    const store = await startKeyValueStore();
    const client = keyValueStoreClient(store.endpoint);
    const stored = createCloudFrontGate(client, { storeArn: store.arn });
    const [first, gone, second] = [aVideoId(), aVideoId(), aVideoId()];
    await stored.close([first, second]);
    await stored.open([first, gone, second]);
    expect(store.keys()).toEqual([]);
    await stored.open([gone]);
    client.destroy();
    await store.stop();
  });

  it.each([
    ['a conflict', conflict],
    [
      'a precondition that is refused as a failed validation',
      () => refusal('ValidationException', 'Pre-Condition failed'),
    ],
  ])('reads the version again after %s', async (_what, error) => {
    wire.on(UpdateKeysCommand).rejectsOnce(error()).rejectsOnce(error()).resolves({ ETag: 'updated' });
    await gate.close([aVideoId()]);
    expect(updates().map(({ IfMatch }) => IfMatch)).toEqual(['version-1', 'version-2', 'version-3']);
    expect(wait.mock.calls).toEqual([[100], [200]]);
  });

  it('gives up after five conflicts in a row', async () => {
    wire.on(UpdateKeysCommand).rejects(conflict());
    await expect(gate.close([aVideoId()])).rejects.toMatchObject({ name: 'StepFailed', code: 'GateConflict' });
    expect(updates()).toHaveLength(5);
  });

  it.each(['AccessDeniedException', 'ServiceQuotaExceededException', 'ValidationException'])(
    'passes %s on at once',
    async (name) => {
      wire.on(UpdateKeysCommand).rejects(refusal(name, 'No'));
      await expect(gate.close([aVideoId()])).rejects.toMatchObject({ name });
      expect(updates()).toHaveLength(1);
    },
  );

  it('signs for all regions at once', async () => {
    wire.restore();
    const store = await startKeyValueStore();
    const client = keyValueStoreClient(store.endpoint);
    const signatures: string[] = [];
    client.middlewareStack.add(
      (next) => async (args) => {
        const { headers } = args.request as { headers: Record<string, string> };
        signatures.push(`${headers.authorization} ${headers['x-amz-region-set']}`);
        return await next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    await createCloudFrontGate(client, { storeArn: store.arn }).close([aVideoId()]);
    expect(signatures).toHaveLength(2);
    for (const signature of signatures) expect(signature).toMatch(/^AWS4-ECDSA-P256-SHA256 .* \*$/);
    client.destroy();
    await store.stop();
  });
});
