import { type CloudFrontClient, CreateInvalidationCommand, GetInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { StepFailed, TooManyInvalidations, UnknownInvalidation } from '../../deletion/errors.ts';
import type { Edge } from '../../deletion/ports.ts';

/**
 * The caches of one CloudFront distribution. Paths start with a slash, are percent-encoded, and may end in `*`. The
 * same caller reference with the same paths returns the earlier invalidation, so a repeated request costs nothing. With
 * other paths it is a bug of ours, and fails with `InvalidationBatchAlreadyExists`.
 */
export function createCloudFrontEdge(client: CloudFrontClient, { distributionId }: { distributionId: string }): Edge {
  return {
    invalidate: (paths, callerReference) => invalidate(client, distributionId, paths, callerReference),
    async isCompleted(invalidationId) {
      const command = new GetInvalidationCommand({ DistributionId: distributionId, Id: invalidationId });
      const answer = await client.send(command).catch((error: unknown) => {
        throw inOurWords(error);
      });
      return answer.Invalidation?.Status === 'Completed';
    },
  };
}

async function invalidate(
  client: CloudFrontClient,
  distributionId: string,
  paths: readonly string[],
  callerReference: string,
): Promise<{ invalidationId: string; completed: boolean }> {
  const batch = { CallerReference: callerReference, Paths: { Quantity: paths.length, Items: [...paths] } };
  const command = new CreateInvalidationCommand({ DistributionId: distributionId, InvalidationBatch: batch });
  try {
    const { Invalidation: invalidation } = await client.send(command);
    if (!invalidation?.Id) throw new StepFailed('InvalidationWithoutId');
    return { invalidationId: invalidation.Id, completed: invalidation.Status === 'Completed' };
  } catch (error) {
    throw inOurWords(error);
  }
}

/**
 * Goes by the name, because the SDK has no class for InvalidationBatchAlreadyExists. TooManyInvalidationsInProgress
 * comes with HTTP 400, so the SDK neither retries it nor treats it as throttling.
 */
function inOurWords(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === 'TooManyInvalidationsInProgress') {
    return new TooManyInvalidations('CloudFront takes no more invalidations now', { cause: error });
  }
  if (error.name === 'NoSuchInvalidation') return new UnknownInvalidation(undefined, { cause: error });
  if (error.name === 'InvalidationBatchAlreadyExists') return new StepFailed(error.name, {}, { cause: error });
  return error;
}
