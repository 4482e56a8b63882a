import { type Command, Option } from 'commander';
import { deleteOrphan } from '../../functions/deletion/orphans/delete-orphan.ts';
import { findOrphans, type OrphansFound } from '../../functions/deletion/orphans/find-orphans.ts';
import type { Orphan } from '../../functions/deletion/orphans/orphan.ts';
import { reapplyDeletion } from '../../functions/deletion/requests/reapply-deletion.ts';
import { act, examples, type Report } from '../act.ts';
import { confirm } from '../confirm.ts';
import { connectOrphans } from '../connect-orphans.ts';
import { lineOf, NotDone } from '../exits.ts';
import { duration } from '../parsers.ts';
import { inWords, table, time } from '../print.ts';
import { visible } from '../visible.ts';

type Options = { minAge: number; pause: number; delete?: boolean };
type OrphanPorts = Awaited<ReturnType<typeof connectOrphans>>;
type Outcome = Orphan & { deletionId?: string; outcome?: string; error?: string };

/** `orphans`: finds orphans and residue in storage, and deletes them with `--delete`. */
export function addOrphans(program: Command): void {
  program
    .command('orphans')
    .summary('find orphans and residue in storage')
    .description(
      'Compares storage with the database and with the deletions, twice with a pause, and reports orphans (storage without a row or a deletion) and residue (storage of a video whose deletion has finished). Changes nothing without --delete. With it, each orphan gets an ordinary deletion, without an undo window: its prefix is emptied, and a receipt is signed. Names that are no video id are reported as foreign, originals that belong to no video as lost; both are never deleted.',
    )
    .addOption(
      new Option('--min-age <span>', 'skip an orphan if any part of it is younger than this')
        .default(86_400, '24h')
        .argParser(duration),
    )
    .addOption(new Option('--pause <span>', 'wait between the two checks').default(60, '60s').argParser(duration))
    .option('--delete', 'request their deletion after you have confirmed their number; that of residue is reapplied')
    .addHelpText('after', examples('orphans', 'orphans --min-age 7d --pause 10m', 'orphans --delete'))
    .action(
      act(async (session, { minAge, pause, delete: isMeant = false }: Options) => {
        const ports = await connectOrphans(session);
        const found = await findOrphans(ports, {
          minAgeSeconds: minAge,
          pause: () => session.progress.wait(pause, 'The second check starts soon'),
          onProgress: (listed, suspected) => session.progress.say(`${listed} names checked, ${suspected} suspects`),
        });
        session.progress.clear();
        if (!isMeant || found.orphans.length === 0) return reportOf(found, found.orphans);
        process.stderr.write(`${tableOf(found.orphans)}\n`);
        await confirm(`delete ${found.orphans.length} videos`);
        const by = await session.operator();
        const outcomes: Outcome[] = [];
        for (const orphan of found.orphans) {
          session.progress.say(`${outcomes.length} of ${found.orphans.length} requested`);
          outcomes.push(await deleted(ports, orphan, { minAge, by }));
        }
        return reportOf(
          found,
          outcomes,
          outcomes.some(({ error }) => error !== undefined),
        );
      }),
    );
}

async function deleted(
  ports: OrphanPorts,
  orphan: Orphan,
  { minAge, by }: { minAge: number; by: string },
): Promise<Outcome> {
  try {
    if (orphan.kind === 'residue') return { ...orphan, outcome: await reapplied(ports, orphan, by) };
    const { state, deletionId } = await deleteOrphan(ports, orphan, { minAgeSeconds: minAge, by });
    return { ...orphan, deletionId, outcome: `deletion requested: ${state}` };
  } catch (error) {
    return { ...orphan, error: lineOf(error) };
  }
}

async function reapplied(ports: OrphanPorts, { videoId }: Orphan, by: string): Promise<string> {
  const tombstone = await ports.tombstones.find(videoId);
  if (!tombstone) throw new NotDone('Not deleted: its tombstone is gone by now. Run orphans again');
  const { state } = await reapplyDeletion(ports, { videoId, by }, tombstone);
  return `deleted again: ${state}`;
}

function reportOf(
  { foreign, listed, originals }: OrphansFound,
  outcomes: readonly Outcome[],
  isFinding = outcomes.length + originals.count > 0,
): Report {
  const residue = outcomes.filter(({ kind }) => kind === 'residue').length;
  const summary = `Names checked: ${listed}. Orphans: ${outcomes.length - residue}. Videos with residue: ${residue}. Foreign names: ${foreign.count}. Lost originals: ${originals.count}.`;
  return {
    json: { listed, orphans: outcomes, originals, foreign },
    text: [
      ...(outcomes.length > 0 ? [tableOf(outcomes)] : []),
      ...foreignOf(foreign),
      ...originalsOf(originals),
      summary,
    ].join('\n'),
    isFinding,
  };
}

function tableOf(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ videoId, kind, newestAt, counts, outcome, error }) => {
    return [videoId, kind, time(newestAt), inWords(counts), error ?? outcome ?? ''];
  });
  return table(['video', 'kind', 'newest', 'holds', ''], rows);
}

/** What to do with one is for a person to say: a row of another video may name it. */
function originalsOf({ count, lost }: OrphansFound['originals']): string[] {
  const rows = lost.map(({ key, kind, writtenAt }) => [visible(key), kind, time(writtenAt)]);
  const more = count > lost.length ? [`… and ${count - lost.length} more`] : [];
  return count === 0 ? [] : [table(['original', 'kind', 'written'], rows), ...more];
}

function foreignOf({ count, names }: OrphansFound['foreign']): string[] {
  if (count === 0) return [];
  const more = count > names.length ? [`… and ${count - names.length} more`] : [];
  return [`Foreign, no video id: ${[...names.map((name) => JSON.stringify(visible(name))), ...more].join(', ')}`];
}
