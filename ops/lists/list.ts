import { type Command, Option } from 'commander';
import type { State, Tombstone } from '../../functions/deletion/record/tombstone.ts';
import type { TombstoneFilter } from '../../functions/deletion/record/tombstone-filter.ts';
import { overdueSince } from '../../functions/deletion/requests/read-deletions.ts';
import { act, examples } from '../act.ts';
import { connectTombstones } from '../connect.ts';
import { WrongUsage } from '../exits.ts';
import { atLeastOne, moment, operatorId, states } from '../parsers.ts';
import { everyTombstone } from './every-tombstone.ts';
import { FORMATS, type Format, printed } from './list-formats.ts';

type Options = {
  state?: State[];
  owner?: string;
  since?: Date;
  until?: Date;
  open?: boolean;
  waiting?: boolean;
  overdue?: boolean;
  limit: number;
  all?: boolean;
  sort: keyof typeof ORDERS;
  output: Format;
  json?: boolean;
};

/** Those that are equal stay in the order in which they came, the newest first. */
const ORDERS = {
  newest: undefined,
  oldest: (a: Tombstone, b: Tombstone) => (a.requestedAt < b.requestedAt ? -1 : Number(a.requestedAt > b.requestedAt)),
  attempts: (a: Tombstone, b: Tombstone) => b.attempts - a.attempts,
};

/** `list`: lists deletions, and what each waits for. */
export function addList(program: Command): void {
  program
    .command('list')
    .summary('list deletions, and what each waits for')
    .description(
      'Lists deletions, the newest first. A deletion is open from the end of its undo window until it is over; before that it waits; overdue means open for longer than the service level that the alarm uses.',
    )
    .addOption(
      new Option('--state <states>', 'only deletions in this state, or in one of several: failed,held').argParser(
        states,
      ),
    )
    .addOption(new Option('--owner <uuid>', 'only deletions of this owner').argParser(operatorId))
    .option('--open', 'only deletions whose work may have begun, and that are not over')
    .option('--waiting', 'only deletions that can still be undone')
    .option('--overdue', 'only deletions that have been open for too long')
    .addOption(new Option('--since <when>', 'only what was requested since: 2h, 2026-11-22').argParser(moment))
    .addOption(new Option('--until <when>', 'only what was requested before').argParser(moment))
    .addOption(new Option('--limit <number>', 'list at most this many').default(50).argParser(atLeastOne))
    .option('--all', 'list all of them')
    .addOption(
      new Option('--sort <order>', 'the order of what is listed').choices(Object.keys(ORDERS)).default('newest'),
    )
    .addOption(new Option('-o, --output <format>', 'how to print it').choices(FORMATS).default('table'))
    .addHelpText(
      'after',
      examples('list --overdue', 'list --state failed,held --since 2d -o wide', 'list --since 2h --all -o csv'),
    )
    .action(
      act(async (session, options: Options) => {
        const { limit, all, sort, output } = options;
        const ports = await connectTombstones(session);
        const filter = filterOf(options, overdueSince(ports.clock(), ports.rules));
        const order = ORDERS[sort];
        // Which come first in another order is known only when all have been read.
        const most = all || order ? Number.POSITIVE_INFINITY : limit;
        const { found, isMore } = await take(everyTombstone(ports, filter, session), most);
        const listed = order && !all ? found.toSorted(order).slice(0, limit) : order ? found.toSorted(order) : found;
        const isCut = isMore || listed.length < found.length;
        return printed(listed, { format: output, isMore: isCut, limit, now: ports.clock() });
      }),
    );
}

function filterOf(
  { state, owner, since, until, open, waiting, overdue }: Options,
  overdueSince: string,
): TombstoneFilter {
  if ([open, waiting, overdue].filter(Boolean).length > 1)
    throw new WrongUsage('Of --open, --waiting and --overdue, use one');
  const phase = open ? 'open' : waiting ? 'waiting' : undefined;
  return {
    ...(state && { states: state }),
    ...(owner && { ownerId: owner }),
    ...(since && { since: since.toISOString() }),
    ...(until && { until: until.toISOString() }),
    ...(phase && { phase }),
    ...(overdue && { openBefore: overdueSince }),
  };
}

/** Reads one more than the limit, to know whether the limit left anything out. */
async function take(all: AsyncIterable<Tombstone>, limit: number): Promise<{ found: Tombstone[]; isMore: boolean }> {
  const found: Tombstone[] = [];
  for await (const tombstone of all) {
    if (found.length === limit) return { found, isMore: true };
    found.push(tombstone);
  }
  return { found, isMore: false };
}
