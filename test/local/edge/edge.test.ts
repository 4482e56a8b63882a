import { CreateInvalidationCommand, GetInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCloudFrontEdge } from '../../../functions/stores/cloudfront/cloudfront-edge.ts';
import { edgeContract } from '../../contracts/edge.ts';
import { content, type OpenEdge, openEdge } from '../../support/local-edge.ts';

edgeContract('the local edge', async () => {
  const opened = await openEdge();
  return { edge: opened.edge, complete: async () => opened.local.completeInvalidations(), close: opened.close };
});

describe('startEdge', () => {
  let opened: OpenEdge;
  beforeEach(async () => {
    opened = await openEdge();
  });
  afterEach(() => opened.close());

  it('fetches from a base URL', async () => {
    opened.objects.set('/bucket/videos/a.ts', content('segment'));
    const second = await openEdge({ origin: `${opened.local.url}/bucket` });
    const answer = await second.view('/videos/a.ts');
    expect(answer).toMatchObject({ status: 200, text: 'segment' });
    expect(answer.headers.get('content-type')).toBe('video/mp2t');
    await second.close();
  });

  it('answers 502 when the origin cannot be reached', async () => {
    const alone = await openEdge({ origin: 'http://127.0.0.1:1' });
    expect((await alone.view('/videos/a.ts')).status).toBe(502);
    await alone.close();
  });

  it('shows an invalidation as the SDK reads it', async () => {
    const { client, local } = opened;
    const items = ['/videos/a/*', "/originals/a&b'd.mp4"];
    const batch = { CallerReference: 'a:1', Paths: { Quantity: 2, Items: items } };
    const created = await client.send(
      new CreateInvalidationCommand({ DistributionId: local.distributionId, InvalidationBatch: batch }),
    );
    const Id = created.Invalidation?.Id;
    const found = await client.send(new GetInvalidationCommand({ DistributionId: local.distributionId, Id }));
    expect(found.Invalidation).toEqual(created.Invalidation);
    expect(found.Invalidation).toMatchObject({ Status: 'InProgress', InvalidationBatch: batch });
    expect(found.Invalidation?.CreateTime).toBeInstanceOf(Date);
  });

  it('knows one distribution', async () => {
    const other = createCloudFrontEdge(opened.client, { distributionId: 'E2OTHER' });
    await expect(other.invalidate(['/videos/a/*'], 'a:1')).rejects.toMatchObject({ name: 'NoSuchDistribution' });
  });
});
