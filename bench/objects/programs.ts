import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { clientSettings } from '../../local/aws/client-settings.ts';
import type { Run } from './client.ts';
import { BUCKET, TARGET } from './video.ts';

/** A program that deletes a prefix. `most`: more keys than these take it too long here, since it sends a request for each. */
export type Program = { name: string; most: number; args: (endpoint: string) => string[] };

const ADDRESS = `s3://${BUCKET}/${TARGET.prefix}`;

const PROGRAMS: Program[] = [
  {
    name: 's5cmd',
    most: 1_000_000,
    args: (endpoint) => ['--endpoint-url', endpoint, 'rm', `${ADDRESS}*`],
  },
  {
    name: 'rclone',
    most: 1_000,
    args: (endpoint) => {
      const remote = `:s3,provider=Other,env_auth=true,force_path_style=true,endpoint='${endpoint}':`;
      return ['delete', `${remote}${BUCKET}/${TARGET.prefix}`];
    },
  },
  {
    name: 's3cmd',
    most: 100_000,
    args: (endpoint) => {
      const host = new URL(endpoint).host;
      // The other signature asks for the bucket's region first, which the simulator has not.
      return [
        '--signature-v2',
        `--host=${host}`,
        `--host-bucket=${host}`,
        '--no-ssl',
        'del',
        '--recursive',
        '--force',
        ADDRESS,
      ];
    },
  },
  {
    name: 'aws',
    most: 1_000,
    args: (endpoint) => ['--endpoint-url', endpoint, 's3', 'rm', '--recursive', '--quiet', ADDRESS],
  },
];

/** Those that are installed. */
export async function installedPrograms(): Promise<Program[]> {
  const found = await Promise.all(PROGRAMS.map(({ name }) => isOnPath(name)));
  return PROGRAMS.filter((_, index) => found[index]);
}

/** Debian has these; s5cmd and aws it has not, or not as they are used. */
const FROM_DEBIAN = ['rclone', 's3cmd'];

/** Installs what Debian has, where it may: as root, with apt-get. Otherwise the tables are without it, and that is said. */
export async function installPrograms(print: (line: string) => void): Promise<void> {
  const found = await Promise.all(FROM_DEBIAN.map(isOnPath));
  const missing = FROM_DEBIAN.filter((_, index) => !found[index]);
  if (missing.length === 0) return;
  const names = missing.join(' and ');
  if (process.getuid?.() !== 0 || !(await isOnPath('apt-get'))) {
    print(`Without ${names}, which root could have installed.`);
    return;
  }
  try {
    await promisify(execFile)('apt-get', ['update', '-qq']);
    await promisify(execFile)('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing]);
    print(`${names} installed from Debian.`);
  } catch {
    print(`Without ${names}: apt-get could not install them.`);
  }
}

async function isOnPath(name: string): Promise<boolean> {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const tries = folders.map((folder) => access(join(folder, name), constants.X_OK));
  return (await Promise.allSettled(tries)).some(({ status }) => status === 'fulfilled');
}

/** The time holds the start of the program, and its memory is not measured. */
export async function runProgram({ name, args }: Program, endpoint: string): Promise<Run> {
  const { credentials, region } = clientSettings(endpoint);
  // Nothing of whoever runs this: a certificate of theirs, or a profile, would not be the store's.
  const { PATH, HOME } = process.env;
  const env = {
    PATH,
    HOME,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
  };
  const begun = performance.now();
  const failure = await promisify(execFile)(name, args(endpoint), { env, maxBuffer: 2 ** 30 }).then(
    () => undefined,
    (error: { code?: unknown }) => `exit ${error.code}`,
  );
  return { milliseconds: performance.now() - begun, cpuMilliseconds: Number.NaN, peakMegabytes: Number.NaN, failure };
}
