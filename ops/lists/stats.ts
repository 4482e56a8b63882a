import { type Command, Option } from 'commander';
import { countDeletions, type Figures } from '../../functions/deletion/requests/deletion-figures.ts';
import { act, examples } from '../act.ts';
import { connectTombstones } from '../connect.ts';
import { WrongUsage } from '../exits.ts';
import { moment } from '../parsers.ts';
import { columns, facts, time } from '../print.ts';
import { unreadable } from './every-tombstone.ts';

type Options = { since: Date; until?: Date };

const DAY_MILLISECONDS = 86_400_000;

/** `stats`: figures of all deletions of a period. */
export function addStats(program: Command): void {
  program
    .command('stats')
    .summary('count deletions by state and hour, and what fails')
    .description(
      'Counts every deletion that was requested in a period: by state and by hour, failures by step and code, and how long deletions took from the end of the undo window; and how many wait, are open, have failed and are held now. GET /api/v1/deletions/figures gives the same.',
    )
    .addOption(
      new Option('--since <when>', 'the beginning of the period: 2h, 2026-11-22')
        .argParser(moment)
        .default(new Date(Date.now() - DAY_MILLISECONDS), 'a day ago'),
    )
    .addOption(new Option('--until <when>', 'its end').argParser(moment).default(undefined, 'now'))
    .addHelpText('after', examples('stats', 'stats --since 7d', 'stats --since 2026-11-01 --until 2026-12-01 --json'))
    .action(
      act(async (session, { since, until }: Options) => {
        const ports = await connectTombstones(session);
        const end = until ?? ports.clock();
        if (since >= end) throw new WrongUsage('--since must be before --until');
        const period = { since: since.toISOString(), until: end.toISOString() };
        const { figures, malformed } = await countDeletions(ports, period);
        for (const videoId of malformed) session.complain(unreadable(videoId));
        return { json: figures, text: textOf(figures) };
      }),
    );
}

function textOf({ since, until, now, requested, states, failures, hours }: Figures): string {
  const inStates = Object.entries(states).map(([state, count]) => `${count.toLocaleString('en')} ${state}`);
  const parts = [
    facts([
      ['period', `${time(since)} to ${time(until)}`],
      ['requested', `${requested.toLocaleString('en')}${inStates.length > 0 ? `: ${inStates.join(', ')}` : ''}`],
      [
        'now',
        Object.entries(now)
          .map(([name, count]) => `${count.toLocaleString('en')} ${name}`)
          .join(', '),
      ],
    ]),
    ...(failures.length > 0 ? [columns(['step', 'code', 'failures'], failures.map(failureRow))] : []),
    ...(hours.length > 0 ? [columns(['hour', 'requested', 'deleted', 'p50', 'p95'], hours.map(hourRow))] : []),
  ];
  return parts.join('\n\n');
}

const failureRow = ({ step, code, count }: Figures['failures'][number]) => [step, code, String(count)];

function hourRow({ hour, requested, states, seconds }: Figures['hours'][number]): string[] {
  const times = seconds ? [`${Math.round(seconds.p50)} s`, `${Math.round(seconds.p95)} s`] : ['', ''];
  return [time(hour), String(requested), String(states.deleted ?? 0), ...times];
}
