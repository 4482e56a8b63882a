import type { LocationQuery } from 'vue-router';
import type { Deletion, DeletionQuery, DeletionState } from '../../client/types.ts';
import { DELETION_STATES } from '../../client/types.ts';

/** What a list shows: a state, or what the API works out from states and times. */
export const VIEWS = ['all', 'failed', 'overdue', 'held', 'open', 'waiting', 'deleted', 'cancelled'] as const;
export type View = (typeof VIEWS)[number];

/**
 * Which deletions are shown. Empty members exclude nothing; `states` go before `view`. Days are those of the reader.
 */
export type Filter = {
  view: View;
  states: readonly DeletionState[];
  ownerId: string;
  code: string;
  since: string;
  until: string;
};

export const NO_FILTER: Filter = { view: 'all', states: [], ownerId: '', code: '', since: '', until: '' };

const QUERIES: Record<View, DeletionQuery> = {
  all: {},
  open: { open: true },
  waiting: { waiting: true },
  overdue: { overdue: true },
  failed: { state: 'failed' },
  held: { state: 'held' },
  deleted: { state: 'deleted' },
  cancelled: { state: 'cancelled' },
};
/** States in which a step can stand failed. */
const NOT_OVER = 'running,settling,failed,held';
const DAY = /^2\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** The filter that stands in the address. What it does not understand is left out. */
export function filterIn(query: LocationQuery): Filter {
  const text = (name: string) => (typeof query[name] === 'string' ? query[name] : '');
  const day = (name: string) => (DAY.test(text(name)) ? text(name) : '');
  const shown = text('show').split(',');
  const view = shown.length === 1 ? VIEWS.find((one) => one === shown[0]) : undefined;
  return {
    view: view ?? 'all',
    states: view ? [] : DELETION_STATES.filter((state) => shown.includes(state)),
    ...{ ownerId: text('owner'), code: text('code'), since: day('since'), until: day('until') },
  };
}

/** The address's form of the filter: see `filterIn`. */
export function addressOf({ view, states, ownerId, code, since, until }: Filter): Record<string, string> {
  const show = states.length > 0 ? states.join(',') : view === 'all' ? '' : view;
  return Object.fromEntries(
    Object.entries({ show, owner: ownerId, code, since, until }).filter(([, value]) => value !== ''),
  );
}

/** True where failed deletions can be among those that match. */
export function mayBeFailed({ view, states }: Filter): boolean {
  return states.length > 0 ? states.includes('failed') : view === 'all' || view === 'failed';
}

/** True where the counts of all deletions are those of the ones that match. */
export function isOfState(filter: Filter): boolean {
  return isEmpty({ ...filter, view: 'all', states: [] });
}

export function isEmpty(filter: Filter): boolean {
  return Object.keys(addressOf(filter)).length === 0;
}

/** What the API is asked for. It knows no codes: see `fits`. */
export function queryOf({ view, states, ownerId, code, since, until }: Filter): DeletionQuery {
  const chosen = states.length > 0 ? { state: states.join(',') } : QUERIES[view];
  const isAnyState = Object.keys(chosen).length === 0;
  return {
    ...(isAnyState && code !== '' ? { state: NOT_OVER } : chosen),
    ...(ownerId !== '' && { ownerId }),
    ...(since !== '' && { since: midnightOf(since, 0) }),
    ...(until !== '' && { until: midnightOf(until, 1) }),
  };
}

/** True when a step of the deletion stands failed with the filter's code, or the filter has none. */
export function fits({ code }: Filter): (deletion: Deletion) => boolean {
  return ({ steps }) => code === '' || steps.some(({ state, error }) => state === 'failed' && error === code);
}

function midnightOf(day: string, daysLater: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + daysLater).toISOString();
}
