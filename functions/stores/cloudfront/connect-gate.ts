import { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import type { Gate } from '../../deletion/ports.ts';
import type { SettingsOf } from '../../settings/settings.ts';
import { QUICK } from '../request-limits.ts';
import { createCloudFrontGate } from './cloudfront-gate.ts';

/**
 * The gate, for the one function that opens and closes it; nothing if there is no gate. This is a file of its own to
 * keep the code for the store's signatures out of the bundles of other functions.
 */
export function connectGate(
  { EDGE_MODE: mode, GATE_STORE_ARN: storeArn }: SettingsOf<'edge' | 'gate'>,
  connect = () => new CloudFrontKeyValueStoreClient(QUICK),
): { gate?: Gate } {
  return mode !== 'invalidate' && storeArn ? { gate: createCloudFrontGate(connect(), { storeArn }) } : {};
}
