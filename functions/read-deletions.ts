import * as z from 'zod/mini';
import { connectSigner, connectState, onFirstUse } from './connect/connect.ts';
import { connectRows } from './connect/connect-rows.ts';
import type { Ports } from './deletion/ports.ts';
import { STATES } from './deletion/record/tombstone.ts';
import { findDeletion } from './deletion/requests/authorise.ts';
import { listDeletions, readReceipt, readReceipts } from './deletion/requests/read-deletions.ts';
import {
  type Answer,
  type ApiEvent,
  type ApiPorts,
  api,
  callerOf,
  expectMethod,
  queryOf,
  videoOf,
} from './http/api.ts';
import { deletionSummary, deletionView } from './http/deletion-view.ts';

type ReadPorts = Pick<Ports, 'tombstones' | 'rows' | 'signer' | 'clock'> & ApiPorts;

const PAGE = { usual: 20, most: 100 };
/** In seconds. Keys change rarely, and a receipt names the key that signed it. */
const KEYS_LIVE_SECONDS = 300;

/**
 * The reads of the API: one deletion, its receipt, the list, and the keys that sign receipts. Answers 405 if the path
 * does not have the method.
 */
export const readDeletionsHandler = (connect: () => ReadPorts) =>
  api(connect, async (ports, event) => {
    expectMethod(event);
    const path = event.routeKey.split(' ')[1] ?? '';
    if (path.endsWith('/jwks.json')) return await keys(ports);
    if (path.endsWith('/receipt')) return await receipt(ports, event);
    if (path.endsWith('/receipts')) return await receipts(ports, event);
    if (path.endsWith('/deletion')) return await deletion(ports, event);
    return await list(ports, event);
  });

export const handler = readDeletionsHandler(
  onFirstUse(['state', 'log', 'callers', 'database', 'receipts'], (settings) => {
    const state = connectState(settings);
    return {
      ...state,
      ...connectRows(settings, state),
      ...connectSigner(settings),
      userIdClaim: settings.USER_ID_CLAIM,
    };
  }),
);

async function deletion(ports: ReadPorts, event: ApiEvent): Promise<Answer> {
  const asked = { callerId: callerOf(event, ports), videoId: videoOf(event) };
  const { deletion, caller } = await findDeletion(ports, asked);
  return { status: 200, body: deletionView(deletion, caller, ports.clock()) };
}

async function receipt(ports: ReadPorts, event: ApiEvent): Promise<Answer> {
  const jws = await readReceipt(ports, { callerId: callerOf(event, ports), videoId: videoOf(event) });
  return { status: 200, headers: { 'content-type': 'application/jose' }, body: jws };
}

async function receipts(ports: ReadPorts, event: ApiEvent): Promise<Answer> {
  const issued = await readReceipts(ports, { callerId: callerOf(event, ports), videoId: videoOf(event) });
  return { status: 200, body: { receipts: issued } };
}

async function list(ports: ReadPorts, event: ApiEvent): Promise<Answer> {
  const query = queryOf(event, LIST_QUERY, LIST_EXPECTED);
  const { deletions, caller, cursor, malformed } = await listDeletions(ports, {
    ...query,
    callerId: callerOf(event, ports),
  });
  // The caller still sees the others. An operator finds the malformed ones with `list`.
  if (malformed) ports.log.error('tombstones malformed', { videoIds: malformed });
  const views = deletions.map((one) => deletionSummary(one, caller, ports.clock()));
  return { status: 200, body: { deletions: views, cursor, sees: caller.isAdmin ? 'all' : 'own' } };
}

async function keys({ signer }: ReadPorts): Promise<Answer> {
  const headers = {
    'content-type': 'application/jwk-set+json',
    'cache-control': `public, max-age=${KEYS_LIVE_SECONDS}`,
  };
  return { status: 200, headers, body: await signer.publicKeys() };
}

const LIST_QUERY = z.strictObject({
  state: z.exactOptional(z.enum(STATES)),
  ownerId: z.exactOptional(z.guid()),
  cursor: z.exactOptional(z.string().check(z.minLength(1), z.maxLength(1024))),
  limit: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(PAGE.most)), PAGE.usual),
});

const LIST_EXPECTED = {
  state: `one of ${STATES.join(', ')}`,
  ownerId: 'a UUID',
  cursor: 'the cursor of the page before',
  limit: `a whole number from 1 to ${PAGE.most}`,
};
