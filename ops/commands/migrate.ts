import type { Command } from 'commander';
import { connectMigration } from '../../functions/connect/connect-migration.ts';
import { act, examples } from '../act.ts';

/** `migrate`: makes a platform's database ready for deletions, or says what that would run. */
export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .summary('make the database ready for deletions, or say what that would run')
    .description(
      'Adds what a deletion needs to the database: a column, a table, indexes, and the two roles with which functions log in. Log in as the role that migrates. A deployment does the same; this is for a DBA who wants to see it first, or to do it in a maintenance window. Nobody waits for it longer than 3 seconds. Safe to repeat.',
    )
    .option('--dry-run', 'change nothing, and print the statements that would be run')
    .addHelpText('after', examples('migrate --dry-run', 'migrate'))
    .action(
      act(async (session, { dryRun = false }: { dryRun?: boolean }) => {
        const { planMigration, migrateDatabase } = connectMigration(await session.settings(['database', 'migration']));
        const statements = await planMigration();
        if (!dryRun) await migrateDatabase();
        return { json: { dryRun, statements }, text: textOf(statements, dryRun) };
      }),
    );
}

function textOf(statements: readonly string[], dryRun: boolean): string {
  if (statements.length === 0) return 'The database is ready: there is nothing to run.';
  const verdict = dryRun ? 'Nothing has been changed. These would be run:' : 'The database is ready. These were run:';
  return [verdict, ...statements.map((statement) => `  ${statement};`)].join('\n');
}
