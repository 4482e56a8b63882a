import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { environmentNamed } from '../lib/environment.ts';
import { refuse, toldInALine } from './told-in-a-line.ts';

/**
 * `bootstrap`, `synth`, `diff` and `deploy` for one environment: `npm run deploy -- staging`. Further arguments go to
 * the CDK's own command. Mistakes in the environment are printed before anything runs, one line each.
 */
const COMMANDS: Record<string, string[]> = {
  // Of the account and region of the credentials. The CDK bootstraps nothing for an app without stacks.
  bootstrap: ['bootstrap'],
  // `--strict` turns warnings into errors, because a warning in a log is easily overlooked.
  synth: ['synth', '--quiet', '--strict'],
  diff: ['diff', '--strict'],
  deploy: ['deploy', '--all', '--strict'],
};

function run([command = '', name, ...others]: string[]): number {
  const known = COMMANDS[command];
  if (!known) return refuse(`There is no command "${command}", expected ${Object.keys(COMMANDS).join(', ')}`);
  const environment = environmentNamed(name);
  const target = ['--context', `environment=${environment.name}`, '--output', `cdk.out/${environment.name}`];
  const cdk = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk');
  return spawnSync(process.execPath, [cdk, ...known, ...target, ...others], { stdio: 'inherit' }).status ?? 1;
}

process.exitCode = toldInALine(() => run(process.argv.slice(2)));
