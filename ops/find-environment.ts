import { resolve } from 'node:path';
import { type Group, readSettings, SETTINGS, WrongSettings } from '../functions/settings/settings.ts';
import { findRunning, type RunningSystem, STAND_IN_CREDENTIALS } from '../local/running-settings.ts';
import { WrongUsage } from './exits.ts';

/** Where the system is: on this machine, or on AWS, which knows who calls. */
export type Place = 'here' | 'aws';

/** The folder where `npm start` keeps its systems. */
const USUAL_FOLDER = '.local';

/**
 * Chooses the system that the command works on. An environment that names a table, or has all settings, stays as it is.
 * Otherwise `environment` gets the settings of the system that runs on this machine; the SDK then reads its endpoints
 * and credentials there, too. Says on standard error which system it is.
 * @throws {WrongUsage} when no system runs here, or more than one
 */
export async function findEnvironment(
  environment: NodeJS.ProcessEnv,
  groups: readonly Group[],
  local: string | undefined,
): Promise<Place> {
  const table = environment.DELETIONS_TABLE;
  if (local === undefined && (table || isComplete(environment, groups))) {
    say(table ? `the table ${table}${regionIn(environment)}` : 'the settings in the environment');
    return isOnAws(environment) ? 'aws' : 'here';
  }
  const folder = local ?? USUAL_FOLDER;
  const [system, ...others] = await findRunning(folder);
  if (!system) throw new WrongUsage(whyNone(folder, local));
  if (others.length > 0) throw new WrongUsage(whyMany([system, ...others]));
  const credentials = environment.AWS_ACCESS_KEY_ID ? {} : STAND_IN_CREDENTIALS;
  Object.assign(environment, credentials, system.environment);
  say(`the system that runs in ${system.folder}`);
  return 'here';
}

/** Stand-ins have endpoints of their own, and know nobody. */
function isOnAws({ AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_DYNAMODB }: NodeJS.ProcessEnv): boolean {
  return !AWS_ENDPOINT_URL && !AWS_ENDPOINT_URL_DYNAMODB;
}

/** Settings that may all be absent are no reason to take an empty environment for a system. */
function isComplete(environment: NodeJS.ProcessEnv, groups: readonly Group[]): boolean {
  if (!groups.some((group) => Object.keys(SETTINGS[group]).some((name) => environment[name]))) return false;
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
  if (local !== undefined) return `No ${place}: start one with npm start, or pass the folder of a running one`;
  return `DELETIONS_TABLE is not set, and no ${place}: set the settings of a function (docs/RUNBOOK.md shows how), or start a system with npm start`;
}

function whyMany(systems: readonly RunningSystem[]): string {
  const folders = systems.map(({ folder }) => folder);
  return `More than one system runs here: choose one with --local ${folders.join(' or --local ')}`;
}

function say(what: string): void {
  process.stderr.write(`Using ${what}\n`);
}
