import type { SQSEvent, SQSRecord } from 'aws-lambda';

/** An event of a queue with these bodies; the n-th message is called `message-n`. */
export function sqsEvent(...bodies: string[]): SQSEvent {
  return { Records: bodies.map(recordOf) };
}

function recordOf(body: string, index: number): SQSRecord {
  return {
    messageId: `message-${index}`,
    receiptHandle: `handle-${index}`,
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: 'sender',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:cleanup',
    awsRegion: 'us-east-1',
  };
}
