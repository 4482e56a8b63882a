import type { Command } from 'commander';
import { Option } from 'commander';
import { connectCleanupQueue } from '../../functions/connect/connect.ts';
import { hideAgain, reapplyDeletion } from '../../functions/deletion/requests/reapply-deletion.ts';
import { act, examples, type Report } from '../act.ts';
import { confirm } from '../confirm.ts';
import { STORES, storesOf } from '../connect.ts';
import { lineOf } from '../exits.ts';
import { instant } from '../parsers.ts';
import { inWords, table, time } from '../print.ts';
import { findReturned, type Returned } from './find-returned.ts';

type Options = { since?: Date; yes?: boolean; dryRun?: boolean };
type Outcome = Returned & { state: string; error?: string };

/** `reapply`: deletes the videos again that a restored backup has brought back. */
export function addReapply(program: Command): void {
  program
    .command('reapply')
    .summary('after a restored backup: delete again the videos that it brought back')
    .description(
      'Checks every deletion, finds videos that are back in the database or in storage, and deletes them again. Hides a video again whose deletion is not over and that the backup has made visible. The history and a new receipt record this. Tombstones are kept for RETENTION_DAYS: a backup that is older may bring back videos that this command cannot know of.',
    )
    .addOption(
      new Option('--since <date>', 'the time of the backup: skip videos that were deleted before it').argParser(
        instant,
      ),
    )
    .option('--dry-run', 'only show which videos are back; exit code 1 when there are any')
    .option('--yes', 'do not ask for confirmation')
    .addHelpText(
      'after',
      examples('reapply --dry-run', 'reapply --since 2026-11-01', 'reapply --since 2026-11-01T03:00:00Z --yes'),
    )
    .action(
      act(async (session, { since, yes = false, dryRun = false }: Options) => {
        const settings = await session.settings([...STORES, 'cleanupQueue']);
        const ports = { ...storesOf(session, settings), ...connectCleanupQueue(settings) };
        const { returned, looked } = await findReturned(ports, since, {
          complain: session.complain,
          onProgress: (count, found) => session.progress.say(`${count} deletions checked, ${found} videos are back`),
        });
        session.progress.clear();
        if (returned.length === 0 || dryRun) return reportOf(looked, returned.map(asItStands));
        if (!yes) {
          process.stderr.write(`${textOf(returned.map(asItStands))}\n`);
          await confirm(`delete ${returned.filter(({ isVisible }) => !isVisible).length} videos`);
        }
        const by = await session.operator();
        const outcomes: Outcome[] = [];
        for (const one of returned) {
          session.progress.say(`${outcomes.length} of ${returned.length} started`);
          outcomes.push(await reapplied(ports, one, by));
        }
        return reportOf(
          looked,
          outcomes,
          outcomes.some(({ error }) => error !== undefined),
        );
      }),
    );
}

async function reapplied(ports: Parameters<typeof reapplyDeletion>[0], one: Returned, by: string): Promise<Outcome> {
  const { tombstone } = one;
  try {
    if (one.isVisible) return { ...one, state: (await hideAgain(ports, tombstone)).state };
    const { state } = await reapplyDeletion(ports, { videoId: tombstone.videoId, by }, tombstone);
    return { ...one, state };
  } catch (error) {
    return { ...asItStands(one), error: lineOf(error) };
  }
}

function asItStands(one: Returned): Outcome {
  return { ...one, state: one.tombstone.state };
}

function reportOf(looked: number, outcomes: readonly Outcome[], isFinding = outcomes.length > 0): Report {
  const videos = outcomes.map(
    ({ tombstone: { videoId, deletionId, deletedAt }, storage, database, isVisible, state, error }) => {
      return { videoId, deletionId, deletedAt, storage, database, isVisible, state, error };
    },
  );
  const summary = `Deletions checked: ${looked}. Videos that were back: ${outcomes.length}.`;
  return {
    json: { looked, returned: videos },
    text: outcomes.length > 0 ? `${textOf(outcomes)}\n${summary}` : summary,
    isFinding,
  };
}

function textOf(outcomes: readonly Outcome[]): string {
  return table(
    ['video', 'deleted', 'storage', 'database', 'now'],
    outcomes.map(({ tombstone: { videoId, deletedAt }, storage, database, isVisible, state, error }) => {
      return [videoId, time(deletedAt), inWords(storage), isVisible ? 'visible' : inWords(database), error ?? state];
    }),
  );
}
