import { setTimeout } from 'node:timers/promises';
import { type Command, createArgument, Option } from 'commander';
import type { ListPorts, Ports, Standing } from '../../functions/deletion/ports.ts';
import { isDone, STEP_NAMES } from '../../functions/deletion/record/steps.ts';
import type { Tombstone } from '../../functions/deletion/record/tombstone.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { act, examples, type Report } from '../act.ts';
import { connectTombstones } from '../connect.ts';
import { NotDone } from '../exits.ts';
import { duration, interval, videoId } from '../parsers.ts';
import { time } from '../print.ts';
import { visible } from '../visible.ts';
import { waitsFor } from './list-formats.ts';

type Options = { interval: number; for?: number; json?: boolean };
type WatchPorts = Pick<Ports, 'tombstones' | 'clock'> & ListPorts;

/** Where a deletion stays until somebody does something. */
const RESTS = ['deleted', 'cancelled', 'failed', 'held', 'none'];

/** `watch`: follows one deletion to its end, or the numbers of all. */
export function addWatch(program: Command): void {
  program
    .command('watch')
    .summary('follow one deletion, or the numbers of all, and print each change')
    .description(
      'Follows one deletion until it is over, has failed or is held, or without a video how many wait, are open, have failed and are held, until Ctrl-C. Prints a line for each change. Exit code 1 when the deletion has failed or is held, or is not over in time.',
    )
    .addArgument(createArgument('[videoId]', 'the video').argParser(videoId))
    .addOption(new Option('--interval <span>', 'how often to look, from 1s to 1d').argParser(interval).default(2, '2s'))
    .addOption(new Option('--for <span>', 'how long to watch at most').argParser(duration))
    .addHelpText('after', examples('watch 01936b4e-0002-7000-8000-000000000001 --for 30m', 'watch --interval 10s'))
    .action(
      act(async (session, id: VideoId | undefined, options: Options) => {
        const ports = await connectTombstones(session);
        return id === undefined ? await watchAll(ports, options) : await watchOne(ports, id, options);
      }),
    );
}

async function watchOne({ tombstones, clock }: WatchPorts, id: VideoId, options: Options): Promise<Report> {
  const say = printer(clock, options);
  for await (const _ of looks(clock, options)) {
    const found = await tombstones.find(id);
    if (!found) throw new NotDone(`There is no deletion of ${id}`);
    say(lineOf(found));
    if (RESTS.includes(found.state)) return reportOf(found, clock());
  }
  const last = await tombstones.find(id);
  if (!last) throw new NotDone(`There is no deletion of ${id}`);
  return { ...reportOf(last, clock()), isFinding: last.state !== 'deleted' && last.state !== 'cancelled' };
}

function reportOf({ videoId: id, state, deletedAt }: Tombstone, now: Date): Report {
  return {
    json: { videoId: id, state, deletedAt, at: now.toISOString() },
    text: `${id} is ${state}.`,
    isFinding: state === 'failed' || state === 'held',
  };
}

function lineOf(tombstone: Tombstone): string {
  const done = STEP_NAMES.filter((name) => isDone(tombstone.steps[name])).length;
  const waits = waitsFor(tombstone);
  return `${tombstone.state}, ${done}/${STEP_NAMES.length} steps${waits ? `, waits for ${waits}` : ''}`;
}

async function watchAll({ lists, clock }: WatchPorts, options: Options): Promise<Report> {
  const say = printer(clock, options);
  let standing: Standing | undefined;
  for await (const _ of looks(clock, options)) {
    standing = await lists.standing(clock());
    say(wordsOf(standing));
  }
  return { json: { ...standing, at: clock().toISOString() }, text: 'The time to watch is over.' };
}

const wordsOf = (standing: Standing) =>
  Object.entries(standing)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');

/** At once, then after each interval, and once more when the time is over. */
async function* looks(clock: () => Date, { interval, for: seconds }: Options): AsyncGenerator<void> {
  const end = seconds === undefined ? Number.POSITIVE_INFINITY : clock().getTime() + seconds * 1_000;
  for (;;) {
    yield;
    const left = end - clock().getTime();
    if (left <= 0) return;
    await setTimeout(Math.min(interval * 1_000, left));
  }
}

/** Prints a line where it differs from the last one. With `--json`, only the end is printed. */
function printer(clock: () => Date, { json }: Options): (line: string) => void {
  let last = '';
  return (line) => {
    if (json || line === last) return;
    last = line;
    process.stdout.write(`${time(clock().toISOString())}  ${visible(line)}\n`);
  };
}
