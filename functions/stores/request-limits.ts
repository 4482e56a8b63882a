/**
 * The limits of every client of the SDK. A request that hangs is ended and retried; without `throwOnRequestTimeout` the
 * SDK would only log a warning. Three attempts with growing pauses are the SDK's `standard` mode. It also retries when
 * a connection that was kept alive over a frozen function turns out to be dead. Times are in milliseconds.
 */
const limits = (requestTimeout: number) => ({
  maxAttempts: 3,
  // `requestTimeout` covers the time until the headers of an answer; `socketTimeout` covers its body, too.
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout,
    throwOnRequestTimeout: true,
    socketTimeout: requestTimeout,
  },
});

/** For services that answer in milliseconds. Three attempts end before the HTTP API times out, after 30 s. */
export const QUICK = limits(5_000);

/** How many connections to storage are kept alive: more than the deletes and listings that run at the same time. */
const STORAGE_CONNECTIONS = 32;
const agent = { keepAlive: true, maxSockets: STORAGE_CONNECTIONS };

/** For storage: a request deletes or lists up to 1,000 objects. Half of the time that a worker reserves for its end. */
const patient = limits(10_000);
export const PATIENT = {
  ...patient,
  requestHandler: { ...patient.requestHandler, httpAgent: agent, httpsAgent: agent },
};
