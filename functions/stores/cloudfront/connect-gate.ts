import { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import type { Gate } from '../../deletion/ports.ts';
import type { SettingsOf } from '../../settings/settings.ts';
import { QUICK } from '../request-limits.ts';
import { createCloudFrontGate } from './cloudfront-gate.ts';

/**
 * The gate, for the one function that turns it; nothing where there is none. A file of its own: the signatures that the store
 * wants would be in every function's bundle.
 */
export function connectGate(
  { EDGE_MODE: mode, GATE_STORE_ARN: storeArn }: SettingsOf<'edge' | 'gate'>,
  connect = () => new CloudFrontKeyValueStoreClient(QUICK),
): { gate?: Gate } {
  return mode !== 'invalidate' && storeArn ? { gate: createCloudFrontGate(connect(), { storeArn }) } : {};
}
