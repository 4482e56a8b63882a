import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SETTINGS } from '../functions/settings/settings.ts';
import type { Environment } from './part.ts';

/** The stand-ins check no signatures, but the SDK needs credentials to sign. */
export const STAND_IN_CREDENTIALS = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
} as const;

/** A system that runs in a folder, and the settings that lead to its stores. */
export type RunningSystem = { folder: string; environment: Record<string, string> };

const FILE = 'settings.json';
const NAMES = new Set(Object.values(SETTINGS).flatMap((group) => Object.keys(group)));

/**
 * Writes the settings of a running system into its folder, for commands like `npm run ops`. Only this user may read the
 * file, because the database's URL contains its password. Credentials are not in it.
 * @returns a function that deletes the file
 */
export async function publishSettings(folder: string, environment: Environment): Promise<() => Promise<void>> {
  const file = join(folder, FILE);
  const named = Object.entries({ AWS_REGION: STAND_IN_CREDENTIALS.AWS_REGION, ...environment }).filter(
    ([name, value]) => value && (NAMES.has(name) || name.startsWith('AWS_ENDPOINT_URL') || name === 'AWS_REGION'),
  );
  const content = { pid: process.pid, environment: Object.fromEntries(named) };
  // An existing file would keep its mode, so delete it first.
  await rm(file, { force: true });
  await writeFile(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  return () => rm(file, { force: true });
}

/** The systems that run in the folder or directly below it. The files of a killed system are ignored. */
export async function findRunning(folder: string): Promise<RunningSystem[]> {
  const below = await readdir(folder).catch(() => []);
  const places = [folder, ...below.map((name) => join(folder, name))];
  const found = await Promise.all(places.map(readRunning));
  return found.filter((system) => system !== undefined);
}

async function readRunning(folder: string): Promise<RunningSystem | undefined> {
  const text = await readFile(join(folder, FILE), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { pid, environment } = JSON.parse(text) as { pid: number; environment: Record<string, string> };
  return isAlive(pid) ? { folder, environment } : undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
