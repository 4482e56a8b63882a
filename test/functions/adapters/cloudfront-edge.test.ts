import { CloudFrontClient, CloudFrontServiceException, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createCloudFrontEdge } from '../../../functions/adapters/cloudfront-edge.ts';
import { TooManyInvalidations } from '../../../functions/deletion/errors.ts';

const sent = mockClient(CloudFrontClient);
afterAll(() => sent.restore());
const edge = createCloudFrontEdge(new CloudFrontClient({ region: 'us-east-1' }), { distributionId: 'E1' });

const fault = (name: string) => new CloudFrontServiceException({ name, $fault: 'client', $metadata: {}, message: '' });

describe('createCloudFrontEdge', () => {
  beforeEach(() => sent.reset());

  it('sends the paths with their number and the caller reference', async () => {
    const invalidation = { Id: 'I1', Status: 'InProgress', CreateTime: new Date(), InvalidationBatch: undefined };
    sent.on(CreateInvalidationCommand).resolves({ Invalidation: invalidation });
    const answer = await edge.invalidate(['/videos/a/*', '/uploads/a.mp4'], 'a:1');
    expect(answer).toEqual({ invalidationId: 'I1', completed: false });
    expect(sent.commandCalls(CreateInvalidationCommand)[0]?.args[0].input).toEqual({
      DistributionId: 'E1',
      InvalidationBatch: { CallerReference: 'a:1', Paths: { Quantity: 2, Items: ['/videos/a/*', '/uploads/a.mp4'] } },
    });
  });

  it('says in our words that the edge takes no more now', async () => {
    sent.on(CreateInvalidationCommand).rejects(fault('TooManyInvalidationsInProgress'));
    await expect(edge.invalidate(['/a'], 'a:1')).rejects.toThrow(TooManyInvalidations);
  });

  it('passes other refusals on under their own name', async () => {
    sent.on(CreateInvalidationCommand).rejects(fault('AccessDenied'));
    await expect(edge.invalidate(['/a'], 'a:1')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('fails when the answer names no invalidation', async () => {
    sent.on(CreateInvalidationCommand).resolves({});
    await expect(edge.invalidate(['/a'], 'a:1')).rejects.toMatchObject({ code: 'InvalidationWithoutId' });
  });
});
