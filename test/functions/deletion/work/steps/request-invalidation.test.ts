import { expect, it } from 'vitest';
import { requestInvalidation } from '../../../../../functions/deletion/work/steps/request-invalidation.ts';
import { SKIPPED } from '../../../../../functions/deletion/work/steps/skipped.ts';
import { openMemoryWorld } from '../../../../support/memory-world.ts';

const { ports } = openMemoryWorld();
const gate = { ttlSeconds: 600, invalidates: false };

it('requests once more where there is an edge, unless copies expire by themselves behind a gate', async () => {
  const requested = { counts: {}, changed: false, changes: { edgeRequests: 3 } };
  const behind = (invalidates: boolean) => ({ ...ports, rules: { ...ports.rules, gate: { ...gate, invalidates } } });
  const tombstone = { edgeRequests: 2 };
  expect(await requestInvalidation(ports, tombstone)).toEqual(requested);
  expect(await requestInvalidation(behind(true), tombstone)).toEqual(requested);
  expect(await requestInvalidation(behind(false), tombstone)).toEqual({ counts: {}, changed: false });
  expect(await requestInvalidation({ ...ports, edgeQueue: undefined }, tombstone)).toEqual(SKIPPED);
});
