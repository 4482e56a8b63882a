import { type Command, createArgument } from 'commander';
import { connectState } from '../../functions/connect/connect.ts';
import { connectRows } from '../../functions/connect/connect-rows.ts';
import type { Ports } from '../../functions/deletion/ports.ts';
import { legalHoldOf, stateBehindHold, type Tombstone } from '../../functions/deletion/record/tombstone.ts';
import { holdVideo, isStopped } from '../../functions/deletion/requests/hold-video.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { act, examples } from '../act.ts';
import { NotDone } from '../exits.ts';
import { videoId } from '../parsers.ts';
import { coloured, facts, time } from '../print.ts';
import type { Session } from '../session.ts';
import { type HoldOptions, reasonIn, withReason } from './hold-options.ts';

/** A worker checks for holds every second, and Lambda ends it after 15 minutes at the latest. */
const MOST_SECONDS = 900;

/** `hold`: stops the deletion of a video until the hold is released. */
export function addHold(program: Command): void {
  const command = program
    .command('hold')
    .summary('put a video under a legal hold')
    .description(
      'Stops the deletion of a video: nothing more of it is deleted until the hold is released. A second hold replaces the reason of the first.',
    )
    .addArgument(createArgument('<videoId>', 'the video').argParser(videoId));
  withReason(command)
    .option('--wait', 'return only when no worker is deleting any more')
    .addHelpText(
      'after',
      examples('hold 01936b4e-0002-7000-8000-000000000001 --code litigation --case 2026-CV-1187 --wait'),
    )
    .action(
      act(async (session, id: VideoId, { wait = false, ...options }: HoldOptions & { wait?: boolean }) => {
        const ports = await connect(session);
        const by = await session.operator();
        const known = await ports.tombstones.find(id);
        const { video } = known ? {} : await ports.rows.find('operator', id);
        let held = await holdVideo(ports, { videoId: id, reason: reasonIn(options), by, video });
        if (wait) held = await untilStopped(session, ports, held);
        const stopped = isStopped(held, ports.clock());
        return { json: jsonOf(held, stopped), text: textOf(held, stopped) };
      }),
    );
}

async function connect(session: Session) {
  const settings = await session.settings(['state', 'log', 'places', 'database']);
  const { close, rows } = connectRows(settings, session.telemetry);
  session.atEnd(close);
  return { ...connectState(settings, session.telemetry), rows };
}

/** @throws {NotDone} when a worker has not stopped in `MOST_SECONDS`, or the hold was released in the meantime */
async function untilStopped(
  session: Session,
  { tombstones, clock }: Pick<Ports, 'tombstones' | 'clock'>,
  held: Tombstone,
): Promise<Tombstone> {
  let current: Tombstone | undefined = held;
  for (let waited = 0; waited < MOST_SECONDS; waited += 1) {
    if (current?.state !== 'held')
      throw new NotDone(`The hold of ${held.videoId} was released during the wait, so deleting may go on`);
    if (isStopped(current, clock())) return current;
    await session.progress.wait(1, 'A worker is still deleting');
    current = await tombstones.find(held.videoId);
  }
  throw new NotDone(`The hold is set, but a worker has not stopped in ${MOST_SECONDS} s: see show ${held.videoId}`);
}

function jsonOf(deletion: Tombstone, stopped: boolean) {
  const { videoId: id, deletionId, state, held } = deletion;
  return { videoId: id, deletionId, state, heldFrom: held?.from, hold: legalHoldOf(deletion), stopped };
}

function textOf(deletion: Tombstone, stopped: boolean): string {
  const { videoId: id, state } = deletion;
  const before = stateBehindHold(deletion);
  const standing = legalHoldOf(deletion);
  return facts([
    ['video', id],
    ['state', [coloured(state), `, ${before === 'none' ? 'no deletion was requested' : `was ${before}`}`]],
    ['hold', standing && `${standing.code} ${standing.caseNumber}, since ${time(standing.at)} by ${standing.by}`],
    ['workers', stopped ? 'none is deleting' : 'one may still be finishing a batch: wait for it with --wait'],
  ]);
}
