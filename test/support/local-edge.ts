import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { vi } from 'vitest';
import { createCloudFrontEdge } from '../../functions/stores/cloudfront/cloudfront-edge.ts';
import { createCloudFrontGate } from '../../functions/stores/cloudfront/cloudfront-gate.ts';
import { type LocalEdgeSettings, startEdge } from '../../local/edge/edge.ts';
import type { OriginAnswer } from '../../local/edge/edge-cache.ts';
import { keyValueStoreClient, startKeyValueStore } from '../../local/edge/key-value-store.ts';

/** What an origin answers when it has the object. */
export function content(text: string, headers: Record<string, string> = {}): OriginAnswer {
  return { status: 200, headers: { 'content-type': 'video/mp2t', ...headers }, body: Buffer.from(text) };
}

export function failure(status: number): OriginAnswer {
  return { status, headers: {}, body: Buffer.from('Error') };
}

/** An edge before an origin in memory, with the real client, a clock that stands still, and what a viewer does. */
export async function openEdge(settings: Partial<LocalEdgeSettings> = {}) {
  const objects = new Map<string, OriginAnswer>();
  const origin = vi.fn(async (path: string) => objects.get(path) ?? failure(404));
  const clock = { now: 0 };
  // Nothing completes within a test unless it says so.
  const completeAfterMilliseconds = 3_600_000;
  const gateStore = await startKeyValueStore();
  const gateClient = keyValueStoreClient(gateStore.endpoint);
  const local = await startEdge({ origin, completeAfterMilliseconds, now: () => clock.now, gateStore, ...settings });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new CloudFrontClient({ endpoint: local.cloudFrontEndpoint, region: 'us-east-1', credentials });
  return {
    local,
    client,
    edge: createCloudFrontEdge(client, { distributionId: local.distributionId }),
    gateStore,
    gate: createCloudFrontGate(gateClient, { storeArn: gateStore.arn }),
    objects,
    origin,
    clock,
    async view(path: string, init: RequestInit = {}) {
      const answer = await fetch(local.url + path, init);
      const { status, headers } = answer;
      return { status, headers, cache: headers.get('x-cache'), text: await answer.text() };
    },
    async close() {
      client.destroy();
      gateClient.destroy();
      await Promise.all([local.stop(), gateStore.stop()]);
    },
  };
}

export type OpenEdge = Awaited<ReturnType<typeof openEdge>>;
