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

type Options = { minAge: number; pause: number; delete?: boolean };
type OrphanPorts = Awaited<ReturnType<typeof connectOrphans>>;
type Outcome = Orphan & { outcome?: string; error?: string };

/** `orphans`: what storage holds of videos that nobody knows of, or that are deleted. */
export function addOrphans(program: Command): void {
  program
    .command('orphans')
    .summary('find what storage holds of videos that nobody knows of')
    .description(
      "Compares storage with the database and the deletions, twice with a pause, and reports what is nobody's: orphans (no row, no deletion) and residue (deleted, and there all the same). Changes nothing without --delete. What names no video is reported as foreign and never deleted.",
    )
    .addOption(
      new Option('--min-age <span>', 'leave alone an orphan of which anything is younger')
        .default(86_400, '24h')
        .argParser(duration),
    )
    .addOption(new Option('--pause <span>', 'between the two looks').default(60, '60s').argParser(duration))
    .option('--delete', 'delete them, once you have typed how many: residue by deleting its video again')
    .addHelpText('after', examples('orphans', 'orphans --min-age 7d --pause 10m', 'orphans --delete'))
    .action(
      act(async (session, { minAge, pause, delete: isMeant = false }: Options) => {
        const ports = await connectOrphans(session);
        const found = await findOrphans(ports, {
          minAgeSeconds: minAge,
          pause: () => session.progress.wait(pause, 'Looking again soon'),
          onProgress: (listed, suspected) => session.progress.say(`${listed} looked at, ${suspected} may be nobody's`),
        });
        session.progress.clear();
        if (!isMeant || found.orphans.length === 0) return reportOf(found, found.orphans);
        process.stderr.write(`${tableOf(found.orphans)}\n`);
        await confirm(`delete ${found.orphans.length} prefixes`);
        const outcomes: Outcome[] = [];
        for (const orphan of found.orphans) {
          session.progress.say(`${outcomes.length} of ${found.orphans.length} deleted`);
          outcomes.push(await deleted(ports, orphan, { minAge, by: session.by }));
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
    const counts = await deleteOrphan(ports, orphan, { minAgeSeconds: minAge });
    return { ...orphan, outcome: `deleted: ${inWords(counts)}` };
  } catch (error) {
    return { ...orphan, error: lineOf(error) };
  }
}

async function reapplied(ports: OrphanPorts, { videoId }: Orphan, by: string): Promise<string> {
  const tombstone = await ports.tombstones.find(videoId);
  if (!tombstone) throw new NotDone('Its tombstone is gone');
  const { state } = await reapplyDeletion(ports, { videoId, by }, tombstone);
  return `deleted again: ${state}`;
}

function reportOf(
  { foreign, listed }: OrphansFound,
  outcomes: readonly Outcome[],
  isFinding = outcomes.length > 0,
): Report {
  const residue = outcomes.filter(({ kind }) => kind === 'residue').length;
  const summary = `${listed} names looked at: ${outcomes.length - residue} orphans, ${residue} with residue, ${foreign.count} foreign.`;
  return {
    json: { listed, orphans: outcomes, foreign },
    text: [...(outcomes.length > 0 ? [tableOf(outcomes)] : []), ...foreignOf(foreign), summary].join('\n'),
    isFinding,
  };
}

function tableOf(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ videoId, kind, newestAt, counts, outcome, error }) => {
    return [videoId, kind, time(newestAt), inWords(counts), error ?? outcome ?? ''];
  });
  return table(['video', 'kind', 'newest', 'holds', ''], rows);
}

function foreignOf({ count, names }: OrphansFound['foreign']): string[] {
  if (count === 0) return [];
  const more = count > names.length ? [`… and ${count - names.length} more`] : [];
  return [`Foreign, names no video: ${[...names, ...more].join(', ')}`];
}
