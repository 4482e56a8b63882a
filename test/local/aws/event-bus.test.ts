import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BusEvent, type LocalEventBus, startEventBus } from '../../../local/aws/event-bus.ts';

const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
const ENTRY = { Source: 'test', DetailType: 'Tested', Detail: '{"a":1}' };

describe('startEventBus', () => {
  const listener = vi.fn<(event: BusEvent) => void>();
  let bus: LocalEventBus;
  let client: EventBridgeClient;
  beforeEach(async () => {
    listener.mockClear();
    bus = await startEventBus(listener);
    client = new EventBridgeClient({ endpoint: bus.endpoint, region: 'us-east-1', credentials: CREDENTIALS });
  });
  afterEach(async () => {
    client.destroy();
    await bus.stop();
  });
  const put = (...Entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries }));

  it('gives each event to the listener under the id that the answer names', async () => {
    const { Entries, FailedEntryCount } = await put(ENTRY, { ...ENTRY, EventBusName: 'videos' });
    expect(FailedEntryCount).toBe(0);
    expect(Entries?.map(({ EventId }) => EventId)).toEqual(bus.events().map(({ id }) => id));
    expect(listener.mock.calls.map(([event]) => event)).toEqual(bus.events());
    expect(bus.events()).toMatchObject([{ busName: 'default', detail: { a: 1 } }, { busName: 'videos' }]);
  });

  it.each([
    ['MalformedDetail', { ...ENTRY, Detail: 'no JSON' }],
    ['InvalidArgument', { ...ENTRY, Source: undefined }],
  ])('refuses one entry with %s and takes the others', async (code, entry) => {
    const { Entries, FailedEntryCount } = await put(entry, ENTRY);
    expect(FailedEntryCount).toBe(1);
    expect(Entries?.[0]).toMatchObject({ ErrorCode: code });
    expect(bus.events()).toHaveLength(1);
  });

  it('refuses more than ten entries', async () => {
    const entries = Array.from({ length: 11 }, () => ENTRY);
    await expect(put(...entries)).rejects.toMatchObject({ name: 'ValidationException' });
    expect(bus.events()).toEqual([]);
  });
});
