import { resolve } from 'node:path';
import { type Group, readSettings, WrongSettings } from '../functions/settings/settings.ts';
import { findRunning, type RunningSystem, STAND_IN_CREDENTIALS } from '../local/running-settings.ts';
import { WrongUsage } from './exits.ts';

/** Where `npm start` keeps its systems. */
const USUAL_FOLDER = '.local';

/**
 * Makes `environment` lead to the system that is meant: as it is, when it names a table or all that is needed; else to the one
 * that runs on this machine. The SDK reads endpoints and credentials from there too. Says on standard error which it is.
 * @throws {WrongUsage} when there is none, or more than one
 */
export async function findEnvironment(
  environment: NodeJS.ProcessEnv,
  groups: readonly Group[],
  local: string | undefined,
): Promise<void> {
  const table = environment.DELETIONS_TABLE;
  if (local === undefined && (table || isComplete(environment, groups))) {
    return say(table ? `the table ${table}${regionIn(environment)}` : 'what the environment names');
  }
  const folder = local ?? USUAL_FOLDER;
  const [system, ...others] = await findRunning(folder);
  if (!system) throw new WrongUsage(whyNone(folder, local));
  if (others.length > 0) throw new WrongUsage(whyMany([system, ...others]));
  const credentials = environment.AWS_ACCESS_KEY_ID ? {} : STAND_IN_CREDENTIALS;
  Object.assign(environment, credentials, system.environment);
  say(`the system that runs in ${system.folder}`);
}

function isComplete(environment: NodeJS.ProcessEnv, groups: readonly Group[]): boolean {
  try {
    readSettings(environment, groups);
    return true;
  } catch (error) {
    if (error instanceof WrongSettings) return false;
    throw error;
  }
}

function regionIn({ AWS_REGION: region, AWS_DEFAULT_REGION: usual = '' }: NodeJS.ProcessEnv): string {
  return region || usual ? ` in ${region || usual}` : '';
}

function whyNone(folder: string, local: string | undefined): string {
  const place = `system runs in ${resolve(folder)}`;
  if (local !== undefined) return `No ${place}: start one with npm start, or name the folder of one that runs`;
  return `DELETIONS_TABLE is not set, and no ${place}: set what docs/OPERATIONS.md lists, or start a system with npm start`;
}

function whyMany(systems: readonly RunningSystem[]): string {
  const folders = systems.map(({ folder }) => folder);
  return `More than one system runs here: choose with --local ${folders.join(' or --local ')}`;
}

function say(what: string): void {
  process.stderr.write(`Speaking to ${what}\n`);
}
