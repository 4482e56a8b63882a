import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PublishedEvent } from '../../../../functions/deletion/ports.ts';
import { parseVideoId } from '../../../../functions/deletion/video-id.ts';
import { createEventBridgeEvents } from '../../../../functions/stores/eventbridge/eventbridge-events.ts';
import { type LocalEventBus, startEventBus } from '../../../../local/aws/event-bus.ts';

const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

function eventNumber(number: number): PublishedEvent {
  const id = String(number).padStart(12, '0');
  return {
    id: `0190c7a4-5b1e-7c3a-9a53-${id}`,
    type: 'VideoDeleted',
    at: '2026-11-22T10:00:00.000Z',
    videoId: parseVideoId(`0190c7a4-0000-7c3a-9a53-${id}`),
    deletionId: `0190c7a4-1111-7c3a-9a53-${id}`,
    ownerId: '0190c7a4-2222-7c3a-9a53-000000000000',
  };
}
const eventNumbers = (count: number) => Array.from({ length: count }, (_, index) => eventNumber(index));

describe('createEventBridgeEvents', () => {
  let bus: LocalEventBus;
  let client: EventBridgeClient;
  beforeEach(async () => {
    bus = await startEventBus();
    client = new EventBridgeClient({ endpoint: bus.endpoint, region: 'us-east-1', credentials: CREDENTIALS });
  });
  afterEach(async () => {
    client.destroy();
    await bus.stop();
  });
  const events = () => createEventBridgeEvents(client, { busName: 'videos' });

  it('publishes what a consumer needs, and no more', async () => {
    const { type, ...detail } = eventNumber(1);
    await events().publish([eventNumber(1)]);
    expect(bus.events()).toMatchObject([
      { busName: 'videos', source: 'video-deletion', detailType: type, time: detail.at, detail },
    ]);
  });

  it('publishes more than one call takes, in order', async () => {
    const many = eventNumbers(23);
    await events().publish(many);
    expect(bus.events().map(({ detail }) => detail)).toEqual(many.map(({ type, ...detail }) => detail));
  });

  it('calls nobody when there is nothing to publish', async () => {
    await bus.stop();
    await expect(events().publish([])).resolves.toBeUndefined();
  });

  it('fails with the code of an entry that was refused inside a 200, after publishing the others', async () => {
    bus.refuseNext(1, 'InternalFailure');
    await expect(events().publish(eventNumbers(12))).rejects.toMatchObject({
      name: 'StepFailed',
      code: 'InternalFailure',
    });
    expect(bus.events()).toHaveLength(11);
  });
});
