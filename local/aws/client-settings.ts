/**
 * The settings of an SDK client for a stand-in on this machine. Stand-ins do not check signatures, so any credentials
 * work.
 */
export function clientSettings(endpoint: string) {
  return {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
}
