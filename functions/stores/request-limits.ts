/**
 * What every client of the SDK is built with. A request that hangs ends and is tried again: without `throwOnRequestTimeout`
 * the SDK only warns of it. Three tries with growing pauses are the SDK's own `standard` mode, which also retries a
 * connection that was kept alive over a frozen function and turns out to be dead. Times are in milliseconds.
 */
const limits = (requestTimeout: number) => ({
  maxAttempts: 3,
  // The one ends with the headers of an answer, the other watches its body, too.
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout,
    throwOnRequestTimeout: true,
    socketTimeout: requestTimeout,
  },
});

/** Services that answer in milliseconds. Three tries end before an HTTP API answers by itself, after 30 s. */
export const QUICK = limits(5_000);

/** Connections to storage, kept alive: more than the deletes and the listings that may be under way at a time. */
const STORAGE_CONNECTIONS = 32;
const agent = { keepAlive: true, maxSockets: STORAGE_CONNECTIONS };

/** Storage: one request deletes up to 1,000 objects, one lists as many. Half of the reserve that a worker keeps. */
const patient = limits(10_000);
export const PATIENT = {
  ...patient,
  requestHandler: { ...patient.requestHandler, httpAgent: agent, httpsAgent: agent },
};
