import { expect, it } from 'vitest';
import { failedIds } from '../../../local/sqs/batch-response.ts';

const ids = ['a', 'b', 'c'];

it.each([
  ['nothing', undefined],
  ['null', null],
  ['an empty object', {}],
  ['no failures', { batchItemFailures: [] }],
  ['null for failures', { batchItemFailures: null }],
])('takes %s for success of all', (_, response) => {
  expect(failedIds(response, ids)).toEqual(new Set());
});

it('takes the failures that are named, and no others', () => {
  const response = { batchItemFailures: [{ itemIdentifier: 'b' }] };
  expect(failedIds(response, ids)).toEqual(new Set(['b']));
});

it.each([
  ['a text', 'done'],
  ['failures that are no list', { batchItemFailures: 'b' }],
  ['an empty id', { batchItemFailures: [{ itemIdentifier: '' }] }],
  ['no id', { batchItemFailures: [{ itemIdentifier: null }] }],
  ['a wrong name', { batchItemFailures: [{ messageId: 'b' }] }],
  ['an id that is not in the batch', { batchItemFailures: [{ itemIdentifier: 'b' }, { itemIdentifier: 'z' }] }],
])('takes %s for failure of all', (_, response) => {
  expect(failedIds(response, ids)).toEqual(new Set(ids));
});
