import type { SQSRecord } from 'aws-lambda';
import { expect, test } from 'vitest';
import { receivedIn } from '../../../../functions/stores/sqs/deletion-messages.ts';
import { aVideoId } from '../../../support/a-tombstone.ts';

const ids = { videoId: aVideoId(), deletionId: aVideoId() };
const received = (redrivenBy: string) =>
  receivedIn({
    body: JSON.stringify(ids),
    attributes: { SentTimestamp: '' } as SQSRecord['attributes'],
    messageAttributes: { redrivenBy: { stringValue: redrivenBy, dataType: 'String' } },
  });

test.each(['operator', 'claimed:0190c7a3-3333-7abc-8def-0123456789ab', 'AROAEXAMPLE:session'])(
  'says that %s moved the message back',
  (by) => {
    expect(received(by)).toEqual({ ...ids, redrivenBy: by });
  },
);

test.each(['', 'Jane Doe', 'a\u001b[31m', 'x'.repeat(129)])(
  'takes no name for the history that has no form for it: %j',
  (by) => {
    expect(received(by)).toEqual(ids);
  },
);
