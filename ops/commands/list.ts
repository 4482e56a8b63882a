import { type Command, Option } from 'commander';
import { nextWorkAt } from '../../functions/deletion/record/schedule.ts';
import { isDone, STEP_NAMES } from '../../functions/deletion/record/steps.ts';
import {
  legalHoldOf,
  STATES,
  type State,
  stateBehindHold,
  type Tombstone,
} from '../../functions/deletion/record/tombstone.ts';
import { deletionSummary } from '../../functions/http/deletion-view.ts';
import { act, examples } from '../act.ts';
import { connectTombstones } from '../connect.ts';
import { everyTombstone } from '../every-tombstone.ts';
import { atLeastOne, operatorId } from '../parsers.ts';
import { type Cell, coloured, table, time } from '../print.ts';

type Options = { state?: State; owner?: string; limit: number; all?: boolean };

/** The viewer for whom the summary leaves nothing out. */
const ADMIN = { isAdmin: true };

/** `list`: lists deletions, and what each waits for. */
export function addList(program: Command): void {
  program
    .command('list')
    .summary('list deletions, and what each waits for')
    .description(
      'Lists deletions. They are sorted newest first with --owner or with --state failed or held, otherwise unsorted.',
    )
    .addOption(new Option('--state <state>', 'only deletions in this state').choices(STATES))
    .addOption(new Option('--owner <uuid>', 'only deletions of this owner').argParser(operatorId))
    .addOption(new Option('--limit <number>', 'list at most this many').default(50).argParser(atLeastOne))
    .option('--all', 'list all of them')
    .addHelpText('after', examples('list --state failed', 'list --owner 01936b4e-0000-7000-8000-00000000a001 --all'))
    .action(
      act(async (session, { state, owner, limit, all }: Options) => {
        const ports = await connectTombstones(session);
        const query = { ...(state && { state }), ...(owner && { ownerId: owner }) };
        const { found, isMore } = await take(
          everyTombstone(ports, query, session),
          all ? Number.POSITIVE_INFINITY : limit,
        );
        return {
          json: { deletions: found.map((deletion) => deletionSummary(deletion, ADMIN, ports.clock())), more: isMore },
          text: `${textOf(found)}${isMore ? `\nThere are more than ${limit}: list them with --all or a higher --limit.` : ''}`,
        };
      }),
    );
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

function textOf(found: readonly Tombstone[]): string {
  if (found.length === 0) return 'No deletion was found.';
  return table(['video', 'state', 'requested', 'steps', 'attempts', 'waits for'], found.map(rowOf));
}

function rowOf(deletion: Tombstone): Cell[] {
  const { videoId, state, requestedAt, steps, attempts } = deletion;
  const done = STEP_NAMES.filter((name) => isDone(steps[name])).length;
  return [
    videoId,
    coloured(state),
    stateBehindHold(deletion) === 'none' ? '' : time(requestedAt),
    `${done}/${STEP_NAMES.length}`,
    String(attempts),
    waitsFor(deletion),
  ];
}

function waitsFor(deletion: Tombstone): string {
  const { state, steps } = deletion;
  const dueAt = nextWorkAt(deletion);
  const hold = legalHoldOf(deletion);
  if (hold) return `the release of ${hold.code} ${hold.caseNumber}`;
  const failed = STEP_NAMES.filter((name) => steps[name].state === 'failed');
  const errors = failed.map((name) => `${name} ${steps[name].error ?? ''}`.trim()).join(', ');
  if (state === 'failed') return `a replay: ${errors}`;
  if (state === 'deleted' || !dueAt) return '';
  return [errors, `due ${time(dueAt)}`].filter(Boolean).join(', ');
}
