import { spawnSync } from 'node:child_process';

/** Each program, how it says its version, and what is needed. */
const PROGRAMS = [
  {
    name: 'aws',
    args: ['--version'],
    isEnough: (said: string) => /aws-cli\/(2\.(1[4-9]|[2-9]\d)|[3-9])/.test(said),
    needed: 'version 2.14 or later (docs.aws.amazon.com/cli)',
  },
  { name: 'curl', args: ['--version'], isEnough: () => true, needed: 'any version' },
  { name: 'bash', args: ['--version'], isEnough: () => true, needed: 'any version' },
  {
    name: 'redis-server',
    args: ['--version'],
    isEnough: (said: string) => /v=([7-9]|\d\d)\./.test(said),
    needed: 'version 7 or later, as the package redis-server of Debian has it',
  },
];

/** Fails with a line for each program that is missing or too old: nothing is left out silently. */
export default function setup(): void {
  const missing = PROGRAMS.flatMap(({ name, args, isEnough, needed }) => {
    const { error, stdout = '', stderr = '' } = spawnSync(name, args, { encoding: 'utf8' });
    if (error) return [`${name} is not installed, expected ${needed}`];
    const said = `${stdout}${stderr}`.split('\n')[0] ?? '';
    return isEnough(said) ? [] : [`${name} says "${said}", expected ${needed}`];
  });
  if (missing.length > 0) throw new Error(`This machine lacks what these tests run:\n${missing.join('\n')}`);
}
