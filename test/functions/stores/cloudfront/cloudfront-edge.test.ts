import {
  CloudFrontClient,
  CloudFrontServiceException,
  CreateInvalidationCommand,
  GetInvalidationCommand,
} from '@aws-sdk/client-cloudfront';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { TooManyInvalidations, UnknownInvalidation } from '../../../../functions/deletion/errors.ts';
import { createCloudFrontEdge } from '../../../../functions/stores/cloudfront/cloudfront-edge.ts';

const sent = mockClient(CloudFrontClient);
afterAll(() => sent.restore());
const edge = createCloudFrontEdge(new CloudFrontClient({ region: 'us-east-1' }), { distributionId: 'E1' });

const INVALIDATION = { Id: 'I1', CreateTime: new Date(), InvalidationBatch: undefined };
const fault = (name: string) => new CloudFrontServiceException({ name, $fault: 'client', $metadata: {}, message: '' });

describe('createCloudFrontEdge', () => {
  beforeEach(() => sent.reset());

  it('sends the paths with their number and the caller reference', async () => {
    sent.on(CreateInvalidationCommand).resolves({ Invalidation: { ...INVALIDATION, Status: 'InProgress' } });
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

  it('fails when a request that was sent before is sent with other paths: a mistake of ours', async () => {
    sent.on(CreateInvalidationCommand).rejects(fault('InvalidationBatchAlreadyExists'));
    await expect(edge.invalidate(['/b'], 'a:1')).rejects.toMatchObject({ code: 'InvalidationBatchAlreadyExists' });
  });

  it.each([
    ['Completed', true],
    ['InProgress', false],
  ])('one that is %s is completed: %s', async (Status, isCompleted) => {
    sent.on(GetInvalidationCommand, { DistributionId: 'E1', Id: 'I1' }).resolves({
      Invalidation: { ...INVALIDATION, Status },
    });
    expect(await edge.isCompleted('I1')).toBe(isCompleted);
    sent.on(CreateInvalidationCommand).resolves({ Invalidation: { ...INVALIDATION, Status } });
    expect(await edge.invalidate(['/a'], 'a:1')).toEqual({ invalidationId: 'I1', completed: isCompleted });
  });

  it('an answer without an invalidation is not taken for one that is completed', async () => {
    sent.on(GetInvalidationCommand).resolves({});
    expect(await edge.isCompleted('I1')).toBe(false);
  });

  it('one that CloudFront does not know is told from one that could not be asked for', async () => {
    sent.on(GetInvalidationCommand).rejects(fault('NoSuchInvalidation'));
    await expect(edge.isCompleted('I1')).rejects.toThrow(UnknownInvalidation);
    sent.on(GetInvalidationCommand).rejects(fault('AccessDenied'));
    await expect(edge.isCompleted('I1')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('fails when the answer names no invalidation', async () => {
    sent.on(CreateInvalidationCommand).resolves({});
    await expect(edge.invalidate(['/a'], 'a:1')).rejects.toMatchObject({ code: 'InvalidationWithoutId' });
  });
});
