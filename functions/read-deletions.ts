import * as z from 'zod/mini';
import { connectLists, connectSigner, connectState, onFirstUse } from './connect/connect.ts';
import { connectRows } from './connect/connect-rows.ts';
import { Malformed } from './deletion/errors.ts';
import type { ListPorts, Ports } from './deletion/ports.ts';
import { STATES } from './deletion/record/tombstone.ts';
import { findDeletion } from './deletion/requests/authorise.ts';
import { readFigures } from './deletion/requests/deletion-figures.ts';
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

type ReadPorts = Pick<Ports, 'tombstones' | 'rows' | 'signer' | 'clock' | 'rules'> & ListPorts & ApiPorts;

const PAGE = { usual: 20, most: 100 };
/** In seconds. Keys change rarely, and a receipt names the key that signed it. */
const KEYS_LIVE_SECONDS = 300;

/**
 * The reads of the API: one deletion, its receipt, the list, figures, and the keys that sign receipts. Answers 405 if
 * the path does not have the method.
 */
export const readDeletionsHandler = (connect: () => ReadPorts) =>
  api(connect, async (ports, event) => {
    expectMethod(event);
    const path = event.routeKey.split(' ')[1] ?? '';
    if (path.endsWith('/jwks.json')) return await keys(ports);
    if (path.endsWith('/receipt')) return await receipt(ports, event);
    if (path.endsWith('/receipts')) return await receipts(ports, event);
    if (path.endsWith('/figures')) return await figures(ports, event);
    if (path.endsWith('/deletion')) return await deletion(ports, event);
    return await list(ports, event);
  });

export const handler = readDeletionsHandler(
  onFirstUse(['state', 'log', 'edge', 'callers', 'database', 'receipts'], (settings) => {
    const state = connectState(settings);
    return {
      ...state,
      ...connectLists(settings),
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
  const { state: states, open, waiting, overdue: isOverdue, ...query } = queryOf(event, LIST_QUERY, LIST_EXPECTED);
  const phase = open ? 'open' : waiting ? 'waiting' : undefined;
  if ([open, waiting, isOverdue].filter(Boolean).length > 1)
    throw new Malformed('Of open, waiting and overdue, at most one can be true');
  const { deletions, caller, cursor, malformed } = await listDeletions(ports, {
    ...query,
    ...(states && { states }),
    ...(phase && { phase }),
    ...(isOverdue && { isOverdue }),
    callerId: callerOf(event, ports),
  });
  // The caller still sees the others. An operator finds the malformed ones with `list`.
  if (malformed) ports.log.error('tombstones malformed', { videoIds: malformed });
  const views = deletions.map((one) => deletionSummary(one, caller, ports.clock()));
  return { status: 200, body: { deletions: views, cursor, sees: caller.isAdmin ? 'all' : 'own' } };
}

async function figures(ports: ReadPorts, event: ApiEvent): Promise<Answer> {
  const { since, until } = queryOf(event, FIGURES_QUERY, FIGURES_EXPECTED);
  const now = ports.clock();
  const end = until ?? now.toISOString();
  const period = { since: since ?? new Date(Date.parse(end) - PERIOD.usual).toISOString(), until: end };
  const length = Date.parse(period.until) - Date.parse(period.since);
  if (length <= 0 || length > PERIOD.most) throw new Malformed('since must be before until, by 31 days at most');
  const asked = { ...period, callerId: callerOf(event, ports) };
  const { figures: body, malformed } = await readFigures(ports, asked, now.getTime() + PERIOD.patience);
  if (malformed.length > 0) ports.log.error('tombstones malformed', { videoIds: malformed });
  return { status: 200, body };
}

async function keys({ signer }: ReadPorts): Promise<Answer> {
  const headers = {
    'content-type': 'application/jwk-set+json',
    'cache-control': `public, max-age=${KEYS_LIVE_SECONDS}`,
  };
  return { status: 200, headers, body: await signer.publicKeys() };
}

const flag = z.exactOptional(
  z.pipe(
    z.enum(['true', 'false']),
    z.transform((text) => text === 'true'),
  ),
);
/** With milliseconds, as tombstones have it: texts of one form can be compared. */
const time = z.exactOptional(
  z.pipe(
    // Times of other years have another form, in which texts cannot be compared.
    z.iso.datetime({ offset: true }).check(z.refine((text) => new Date(text).getUTCFullYear() <= 9_999)),
    z.transform((text) => new Date(text).toISOString()),
  ),
);

const LIST_QUERY = z.strictObject({
  // API Gateway joins several values of one parameter with commas.
  state: z.exactOptional(
    z.pipe(
      z.pipe(
        z.string(),
        z.transform((text) => text.split(',')),
      ),
      z.array(z.enum(STATES)),
    ),
  ),
  ownerId: z.exactOptional(z.guid()),
  since: time,
  until: time,
  open: flag,
  waiting: flag,
  overdue: flag,
  cursor: z.exactOptional(z.string().check(z.minLength(1), z.maxLength(1024))),
  limit: z._default(
    z.pipe(
      z.pipe(z.string().check(z.regex(/^\d{1,3}$/)), z.transform(Number)),
      z.number().check(z.gte(1), z.lte(PAGE.most)),
    ),
    PAGE.usual,
  ),
});

const TIME = 'a time like 2026-11-22T10:00:00Z';
const LIST_EXPECTED = {
  state: `one of ${STATES.join(', ')}, or several of them`,
  ownerId: 'a UUID',
  since: TIME,
  until: TIME,
  open: 'true or false',
  waiting: 'true or false',
  overdue: 'true or false',
  cursor: 'the cursor of the page before',
  limit: `a whole number from 1 to ${PAGE.most}`,
};

const DAY = 86_400_000;
/** In milliseconds. `patience`: less than the timeout of the function, which is also the API's. */
const PERIOD = { usual: DAY, most: 31 * DAY, patience: 15_000 };
const FIGURES_QUERY = z.strictObject({ since: time, until: time });
const FIGURES_EXPECTED = { since: TIME, until: TIME };
