import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { clientSettings } from '../../local/aws/client-settings.ts';
import type { Run } from './client.ts';
import { BUCKET, TARGET } from './video.ts';

export type Program = {
  name: string;
  /** Where to get it. */
  source: string;
  /**
   * The largest video that it is measured with: some programs send a request for each key, which takes too long here.
   */
  most: number;
  args: (endpoint: string) => string[];
};

const ADDRESS = `s3://${BUCKET}/${TARGET.prefix}`;

const PROGRAMS: Program[] = [
  {
    name: 's5cmd',
    source: 'https://github.com/peak/s5cmd#installation',
    most: 1_000_000,
    args: (endpoint) => ['--endpoint-url', endpoint, 'rm', `${ADDRESS}*`],
  },
  {
    name: 'rclone',
    source: 'https://rclone.org/install',
    most: 1_000,
    args: (endpoint) => {
      const remote = `:s3,provider=Other,env_auth=true,force_path_style=true,endpoint='${endpoint}':`;
      return ['delete', `${remote}${BUCKET}/${TARGET.prefix}`];
    },
  },
  {
    name: 's3cmd',
    source: 'https://s3tools.org/download',
    most: 100_000,
    args: (endpoint) => {
      const host = new URL(endpoint).host;
      // Signature version 4 would first request the bucket's region, and the simulator does not have that operation.
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
    source: 'https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html',
    most: 1_000,
    args: (endpoint) => ['--endpoint-url', endpoint, 's3', 'rm', '--recursive', '--quiet', ADDRESS],
  },
];

/** The programs on the PATH. It installs nothing: it prints where to get each program that is missing. */
export async function findPrograms(print: (line: string) => void): Promise<Program[]> {
  const found = await Promise.all(PROGRAMS.map(({ name }) => isOnPath(name)));
  for (const { name, source } of PROGRAMS.filter((_, index) => !found[index]))
    print(`${name} is not on the PATH, so the tables are without it. To compare with it, install it: ${source}`);
  return PROGRAMS.filter((_, index) => found[index]);
}

async function isOnPath(name: string): Promise<boolean> {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const tries = folders.map((folder) => access(join(folder, name), constants.X_OK));
  return (await Promise.allSettled(tries)).some(({ status }) => status === 'fulfilled');
}

/** Runs a program. The time includes its start. Its CPU time and memory are not measured. */
export async function runProgram({ name, args }: Program, endpoint: string): Promise<Run> {
  const { credentials, region } = clientSettings(endpoint);
  // The user's own settings are left out: a profile or certificate of theirs would not fit the simulator.
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
