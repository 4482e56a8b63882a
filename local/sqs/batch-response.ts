import * as z from 'zod/mini';

const schema = z.nullish(
  z.object({
    batchItemFailures: z.nullish(z.array(z.object({ itemIdentifier: z.string().check(z.minLength(1)) }))),
  }),
);

/**
 * The ids that a handler's answer leaves in the queue, by Lambda's rules for partial batch responses: no answer or no
 * failures is success of all; an answer of a wrong shape, or one that names an id not in the batch, is failure of all.
 */
export function failedIds(response: unknown, ids: string[]): Set<string> {
  const parsed = schema.safeParse(response);
  if (!parsed.success) return new Set(ids);
  const named = (parsed.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return new Set(named.every((id) => ids.includes(id)) ? named : ids);
}
