import type { Command } from 'commander';
import { act, examples } from '../act.ts';
import type { TryOutAccount } from './set-up-sign-in.ts';

/** `try-out`: makes the accounts of a deployed sample platform, so that people can sign in at its page. */
export function addTryOut(program: Command): void {
  program
    .command('try-out')
    .summary('make the accounts of a deployed sample platform')
    .description(
      'Makes the accounts of an environment with the sample platform, and lets its sign-in send people back to the page. Needs the rights of whoever deployed it, and the region of the deployment (AWS_REGION). Prints the passwords once: nothing keeps them. Safe to repeat: every account then gets a new password.',
    )
    .argument('[environment]', 'an environment with platform: "sample"', 'dev')
    .addHelpText('after', examples('try-out', 'try-out dev --json'))
    .action(
      act(async (_session, environment: string) => {
        // Two large clients that no other command needs.
        const { setUpTryOut } = await import('./set-up-sign-in.ts');
        const { page, accounts } = await setUpTryOut(environment);
        return { json: { page, accounts }, text: textOf(page, accounts) };
      }),
    );
}

function textOf(page: string, accounts: readonly TryOutAccount[]): string {
  const width = Math.max(...accounts.map(({ email }) => email.length));
  const lines = accounts.map(({ email, role, password }) => `  ${email.padEnd(width)}  ${role.padEnd(8)}  ${password}`);
  return [`Sign in at ${page}`, ...lines, 'Nothing keeps these passwords. Run the command again for new ones.'].join(
    '\n',
  );
}
