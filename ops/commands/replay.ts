import { type Command, createArgument, Option } from 'commander';
import { connectCleanupQueue, connectLists, connectState } from '../../functions/connect/connect.ts';
import type { ListPorts } from '../../functions/deletion/ports.ts';
import { STEP_NAMES } from '../../functions/deletion/record/steps.ts';
import { type ReplayPorts, replayDeletion } from '../../functions/deletion/requests/replay-deletion.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { act, examples, type Report } from '../act.ts';
import { confirm } from '../confirm.ts';
import { lineOf, WrongUsage } from '../exits.ts';
import { everyTombstone } from '../lists/every-tombstone.ts';
import { moment, operatorId, videoId } from '../parsers.ts';
import { table } from '../print.ts';
import type { Session } from '../session.ts';

type Filter = { code?: string; owner?: string; since?: Date };
type Options = Filter & { all?: boolean; yes?: boolean };
type Connected = ReplayPorts & ListPorts;
type Outcome = { videoId: VideoId; deletionId?: string; state?: string; error?: string };

/** `replay`: starts failed deletions again. */
export function addReplay(program: Command): void {
  program
    .command('replay')
    .summary('start failed deletions again')
    .description(
      'Starts a failed deletion again, or every failed deletion with --all. Its attempts are counted from zero; steps that are done are not repeated.',
    )
    .addArgument(createArgument('[videoId]', 'the video').argParser(videoId))
    .option('--all', 'replay every failed deletion')
    .option('--code <code>', 'with --all: only those with a step that failed with this code')
    .addOption(new Option('--owner <uuid>', 'with --all: only those of this owner').argParser(operatorId))
    .addOption(new Option('--since <when>', 'with --all: only what was requested since: 2h').argParser(moment))
    .option('--yes', 'do not ask for confirmation')
    .addHelpText(
      'after',
      examples(
        'replay 01936b4e-0002-7000-8000-000000000001',
        'replay --all --yes',
        'replay --all --code AccessDenied --since 2d',
      ),
    )
    .action(
      act(async (session, id: VideoId | undefined, { all = false, yes = false, ...filter }: Options) => {
        if ((id !== undefined) === all) throw new WrongUsage('Name one video, or use --all');
        if (!all && (filter.code ?? filter.owner ?? filter.since) !== undefined)
          throw new WrongUsage('--code, --owner and --since choose among all failed deletions: use them with --all');
        const ports = await connect(session);
        const by = await session.operator();
        if (id !== undefined) return reportOf([await replayed(ports, id, by)]);
        const failed = await failedIn(ports, filter, session);
        if (failed.length > 0 && !yes) await confirm(`replay ${failed.length} deletions`);
        const outcomes: Outcome[] = [];
        for (const one of failed) {
          session.progress.say(`${outcomes.length} of ${failed.length} replayed`);
          outcomes.push(await replayed(ports, one, by).catch(failureOf(one)));
        }
        return reportOf(outcomes);
      }),
    );
}

async function connect(session: Session): Promise<Connected> {
  const settings = await session.settings(['state', 'log', 'cleanupQueue']);
  return { ...connectState(settings, session.telemetry), ...connectLists(settings), ...connectCleanupQueue(settings) };
}

async function failedIn(ports: Connected, { code, owner, since }: Filter, session: Session): Promise<VideoId[]> {
  const filter = {
    states: ['failed'] as const,
    ...(owner && { ownerId: owner }),
    ...(since && { since: since.toISOString() }),
  };
  const failed: VideoId[] = [];
  for await (const { videoId: id, steps } of everyTombstone(ports, filter, session)) {
    const isMeant = code === undefined || STEP_NAMES.some((name) => steps[name].error === code);
    if (isMeant) failed.push(id);
  }
  return failed;
}

async function replayed(ports: ReplayPorts, id: VideoId, by: string): Promise<Outcome> {
  const { deletionId, state } = await replayDeletion(ports, { videoId: id, by });
  return { videoId: id, deletionId, state };
}

/** Turns an error into an outcome: somebody else may have replayed this one, and the others must still be replayed. */
function failureOf(id: VideoId): (error: unknown) => Outcome {
  return (error) => ({ videoId: id, error: lineOf(error) });
}

function reportOf(outcomes: readonly Outcome[]): Report {
  const rows = outcomes.map(({ videoId: id, state = '', error = '' }) => [id, state, error]);
  return {
    json: { replayed: outcomes },
    text: rows.length > 0 ? table(['video', 'state', ''], rows) : 'No failed deletion is meant.',
    isFinding: outcomes.some(({ error }) => error !== undefined),
  };
}
