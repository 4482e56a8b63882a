import * as z from 'zod/mini';

const schema = z.nullish(
  z.object({
    batchItemFailures: z.nullish(z.array(z.object({ itemIdentifier: z.string().check(z.minLength(1)) }))),
  }),
);

/**
 * The ids that stay in the queue after a handler's answer, by Lambda's rules for partial batch responses. No answer, or
 * no failures in it: all messages succeeded. An answer with a wrong shape, or with an id that is not in the batch: all
 * messages failed.
 */
export function failedIds(response: unknown, ids: string[]): Set<string> {
  const parsed = schema.safeParse(response);
  if (!parsed.success) return new Set(ids);
  const named = (parsed.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return new Set(named.every((id) => ids.includes(id)) ? named : ids);
}
