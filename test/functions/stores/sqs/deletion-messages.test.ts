import type { SQSRecord } from 'aws-lambda';
import { expect, test } from 'vitest';
import { receivedIn, redriveAttributesOf } from '../../../../functions/stores/sqs/deletion-messages.ts';
import { aVideoId } from '../../../support/a-tombstone.ts';

const ids = { videoId: aVideoId(), deletionId: aVideoId() };
const AT = new Date('2026-11-22T10:00:00.000Z');
const minutesLater = (minutes: number) => new Date(AT.getTime() + minutes * 60_000);

/** Who moved a message back at `AT`, as a worker hears it that gets it from the queue. */
function redriverOf(by: string, sentAt = AT): string | undefined {
  const sent = Object.entries(redriveAttributesOf(by, AT)).map(([name, { DataType: dataType = '', StringValue }]) => {
    return [name, { dataType, stringValue: StringValue ?? '' }] as const;
  });
  const attributes = { SentTimestamp: `${sentAt.getTime()}` } as SQSRecord['attributes'];
  const messageAttributes = Object.fromEntries(sent) as SQSRecord['messageAttributes'];
  return receivedIn({ body: JSON.stringify(ids), attributes, messageAttributes }).redrivenBy;
}

test.each(['operator', 'claimed:0190c7a3-3333-7abc-8def-0123456789ab', 'AROAEXAMPLE:session'])(
  'says that %s moved the message back',
  (by) => {
    expect(redriverOf(by)).toBe(by);
    expect(redriverOf(by, minutesLater(-10)), 'the clocks differ').toBe(by);
  },
);

test.each(['', 'Jane Doe', 'a\u001b[31m', 'x'.repeat(129)])(
  'takes no name for the history that has no form for it: %j',
  (by) => {
    expect(redriverOf(by)).toBeUndefined();
  },
);

test('names nobody once the message has been moved again since, by SQS itself', () => {
  expect(redriverOf('operator', minutesLater(16))).toBeUndefined();
});
