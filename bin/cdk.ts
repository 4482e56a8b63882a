import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { environmentNamed, WrongEnvironment } from '../lib/environment.ts';

/**
 * `synth`, `diff` and `deploy` for one environment: `npm run deploy -- staging`. What follows the environment is passed on to the
 * CDK's own command. Mistakes in the environment are said here, one line each, before anything runs.
 */
const COMMANDS: Record<string, string[]> = {
  // A warning is an error: it would be read once and never again.
  synth: ['synth', '--quiet', '--strict'],
  diff: ['diff', '--strict'],
  deploy: ['deploy', '--all', '--strict'],
};

function run([command = '', name, ...others]: string[]): number {
  const known = COMMANDS[command];
  if (!known) return refuse(`There is no command "${command}", expected ${Object.keys(COMMANDS).join(', ')}`);
  try {
    const environment = environmentNamed(name);
    const target = ['--context', `environment=${environment.name}`, '--output', `cdk.out/${environment.name}`];
    const cdk = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk');
    return spawnSync(process.execPath, [cdk, ...known, ...target, ...others], { stdio: 'inherit' }).status ?? 1;
  } catch (error) {
    if (error instanceof WrongEnvironment) return refuse(error.message);
    throw error;
  }
}

function refuse(reason: string): number {
  console.error(reason);
  return 1;
}

process.exitCode = run(process.argv.slice(2));
