import { type Command, InvalidArgumentError, Option } from 'commander';
import pc from 'picocolors';
import { checkDataMap, type DataMapFinding, isFailure } from '../../functions/deletion/data-map/check-data-map.ts';
import { DATA_MAP_HASH } from '../../functions/deletion/record/receipt.ts';
import { readSettings, SETTINGS } from '../../functions/settings/settings.ts';
import { readCatalogue } from '../../functions/stores/postgres/queries/read-catalogue.ts';
import { act, examples } from '../act.ts';
import { openDatabase } from '../connect.ts';
import { table } from '../print.ts';

/** `check-data-map`: finds tables that hold data of videos and that no step deletes. */
export function addCheckDataMap(program: Command): void {
  program
    .command('check-data-map')
    .summary('find tables that hold data of videos and that no step deletes')
    .description(
      'Compares the data map with the catalogue of a live PostgreSQL database: every foreign key to videos, every column named like the id of a video, indexes and views. Reads only the catalogue, never a row. Exit code 1 when there is something to fix.',
    )
    .addOption(
      new Option('--database <url>', 'check this database instead of the one in the settings').argParser(databaseUrl),
    )
    .addOption(
      new Option('--role <name>', 'the role that deletes: row level security is checked for it')
        .env('DATABASE_SERVING_USER')
        .default(undefined, 'the role that connects'),
    )
    .addHelpText(
      'after',
      examples(
        'check-data-map',
        'check-data-map --database postgresql://reader:secret@db.example.com:5432/platform --role video_deletion',
      ),
    )
    .action(
      act(async (session, { database: url, role }: { database?: string; role?: string }) => {
        const named = url ? readSettings({ DATABASE_URL: url }, ['database']) : undefined;
        const settings = named ?? (await session.settings(['database']));
        const findings = checkDataMap(await readCatalogue(openDatabase(session, settings), role));
        const failures = findings.filter(isFailure).length;
        return {
          json: {
            dataMap: DATA_MAP_HASH,
            findings: findings.map((finding) => ({ ...finding, failure: isFailure(finding) })),
            failures,
          },
          text: `${textOf(findings, failures)}\nSHA-256 of the data map, as receipts state it: ${DATA_MAP_HASH}`,
          isFinding: failures > 0,
        };
      }),
    );
}

function databaseUrl(text: string): string {
  const { form, expected } = SETTINGS.database.DATABASE_URL;
  if (!form.safeParse(text).success) throw new InvalidArgumentError(`Expected ${expected}.`);
  return text;
}

function textOf(findings: readonly DataMapFinding[], failures: number): string {
  const rows = findings.map((finding) => {
    const painted = isFailure(finding) ? pc.red('error') : pc.yellow('warning');
    return [{ painted }, finding.kind, finding.message];
  });
  const verdict =
    failures > 0
      ? `Errors to fix before videos are deleted from this database: ${failures}.`
      : 'Every place of a video in this database is in the data map.';
  return rows.length > 0 ? `${table(['', 'kind', 'finding'], rows)}\n${verdict}` : verdict;
}
