import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PATIENT, QUICK } from '../../../functions/stores/request-limits.ts';
import { clientSettings } from '../../../local/aws/client-settings.ts';

/** A service that takes requests and does not answer the first ones, or `stalled` in the middle of its answer. */
let silent = 0;
let stalled = false;
let taken = 0;
const server = createServer((_request, response) => {
  taken += 1;
  response.setHeader('content-type', 'application/x-amz-json-1.0');
  if (taken > silent) response.end('{"TableNames":[]}');
  else if (stalled) response.write('{"TableNames":');
});
let endpoint: string;
beforeEach(async () => {
  [silent, stalled, taken] = [0, false, 0];
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

/** The limits, with less patience: what happens then is what matters. */
const impatient = (limits: typeof QUICK) =>
  new DynamoDBClient({
    ...clientSettings(endpoint),
    ...limits,
    requestHandler: { ...limits.requestHandler, requestTimeout: 500, socketTimeout: 500 },
  });

it.each([
  ['quick', QUICK],
  ['patient', PATIENT],
])('a %s request that hangs is given up and sent again', async (_, limits) => {
  silent = 2;
  expect(await impatient(limits).send(new ListTablesCommand({}))).toMatchObject({ TableNames: [] });
  expect(taken).toBe(3);
});

it.each([
  ['quick', QUICK],
  ['patient', PATIENT],
])('a %s answer that stalls in its middle is given up and asked for again', async (_, limits) => {
  [silent, stalled] = [2, true];
  expect(await impatient(limits).send(new ListTablesCommand({}))).toMatchObject({ TableNames: [] });
  expect(taken).toBe(3);
  expect(limits.requestHandler.socketTimeout).toBeLessThanOrEqual(10_000);
});

it('after three tries it fails', async () => {
  silent = Number.POSITIVE_INFINITY;
  await expect(impatient(QUICK).send(new ListTablesCommand({}))).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(taken).toBe(3);
});

it('connections to storage are bounded, and kept', async () => {
  let open = 0;
  const count = () => (open += 1);
  server.on('connection', count);
  const client = new DynamoDBClient({ ...clientSettings(endpoint), ...PATIENT });
  const many = () => Promise.all(Array.from({ length: 100 }, () => client.send(new ListTablesCommand({}))));
  await many();
  await many();
  server.off('connection', count);
  client.destroy();
  expect(taken).toBe(200);
  expect(open).toBe(32);
});
