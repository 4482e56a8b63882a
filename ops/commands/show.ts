import { type Command, createArgument } from 'commander';
import pc from 'picocolors';
import { exceptionsOf } from '../../functions/deletion/record/exceptions.ts';
import { firstBrokenEntry } from '../../functions/deletion/record/history.ts';
import { nextWorkAt } from '../../functions/deletion/record/schedule.ts';
import { STEP_NAMES } from '../../functions/deletion/record/steps.ts';
import {
  firstRequestOf,
  legalHoldOf,
  stateBehindHold,
  type Tombstone,
} from '../../functions/deletion/record/tombstone.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { deletionView } from '../../functions/http/deletion-view.ts';
import { act, examples } from '../act.ts';
import { connectStores } from '../connect.ts';
import { NotDone } from '../exits.ts';
import { type Look, lookEverywhere, tableOfLooks } from '../look-everywhere.ts';
import { videoId } from '../parsers.ts';
import { coloured, facts, inWords, table, time } from '../print.ts';
import { isContradicted, judgeStored, type StoredReceipts, sentencesOf } from '../receipts/judge-stored.ts';
import { exceptionsInWords } from '../receipts/receipt-words.ts';
import { visible } from '../visible.ts';

/** `show`: shows everything about one deletion. */
export function addShow(program: Command): void {
  program
    .command('show')
    .summary('show everything about one deletion')
    .description(
      'Shows a deletion: its steps, its history and whether its hash chain is intact, its receipts and whether they vouch for it, and what every store holds now. Exit code 1 when the chain is broken or a receipt contradicts the tombstone.',
    )
    .addArgument(createArgument('<videoId>', 'the video').argParser(videoId))
    .addHelpText(
      'after',
      examples('show 01936b4e-0002-7000-8000-000000000001', 'show 01936b4e-0002-7000-8000-000000000001 --json'),
    )
    .action(
      act(async (session, id: VideoId, _options: object) => {
        const ports = await connectStores(session);
        const tombstone = await ports.tombstones.find(id);
        if (!tombstone)
          throw new NotDone(`There is no deletion of ${id}. To see what the stores hold of it: verify ${id}`);
        const looks = await lookEverywhere(ports, id, tombstone);
        const broken = firstBrokenEntry(tombstone);
        const stored = await judgeStored(session, tombstone);
        return {
          json: jsonOf(tombstone, ports.clock(), { looks, broken, stored }),
          text: textOf(tombstone, { looks, broken, stored }),
          isFinding: broken !== undefined || isContradicted(stored),
        };
      }),
    );
}

type Checked = { looks: readonly Look[]; broken: number | undefined; stored: StoredReceipts };

function jsonOf(tombstone: Tombstone, now: Date, { looks, broken, stored }: Checked) {
  return {
    ...deletionView(tombstone, { isAdmin: true }, now),
    notOurs: tombstone.target.notOurs,
    jws: tombstone.receipts,
    vouchedFor: { by: stored.verdicts.filter(({ isValid }) => isValid).length, notes: sentencesOf(stored) },
    chain: broken === undefined ? { whole: true } : { whole: false, brokenAt: broken },
    stores: looks,
  };
}

function textOf(tombstone: Tombstone, { looks, broken, stored }: Checked): string {
  return [
    factsOf(tombstone),
    stepsOf(tombstone),
    historyOf(tombstone),
    broken === undefined
      ? pc.green('The hash chain of the history is intact.')
      : pc.red(
          `The hash chain of the history is broken at entry ${broken}: it is missing, or the history was changed.`,
        ),
    ...receiptsOf(tombstone),
    ...sentencesOf(stored).map((line) => (isContradicted(stored) ? pc.red(visible(line)) : visible(line))),
    tableOfLooks(looks),
  ].join('\n');
}

function factsOf(tombstone: Tombstone): string {
  const { late, held } = tombstone;
  const hold = legalHoldOf(tombstone);
  const first = firstRequestOf(tombstone);
  const by = first.by === tombstone.ownerId ? 'its owner' : first.by;
  const isUnasked = stateBehindHold(tombstone) === 'none';
  const others = tombstone.requests.slice(1).map((each) => `${time(each.at)} by ${each.by} (${each.reason})`);
  return facts([
    ['video', tombstone.videoId],
    ['deletion', tombstone.deletionId],
    ['state', [coloured(tombstone.state), held ? `, was ${held.from}` : '']],
    ['owner', tombstone.ownerId],
    ['requested', isUnasked ? 'by nobody' : `${time(tombstone.requestedAt)} by ${by} (${first.reason})`],
    ['also', isUnasked ? '' : others.join('; ')],
    ['hidden', tombstone.hidden ? time(tombstone.hiddenAt) || 'yes' : 'no'],
    [
      'playable',
      tombstone.edge?.ungatedAt && `at the edge since ${time(tombstone.edge.ungatedAt)}: the gate is half full`,
    ],
    ['held', hold && `${hold.code} ${hold.caseNumber}, since ${time(hold.at)} by ${hold.by}`],
    ['due', time(nextWorkAt(tombstone))],
    ['attempts', String(tombstone.attempts)],
    ['came back', Object.keys(late).length > 0 ? inWords(late) : undefined],
    ['deleted', time(tombstone.deletedAt)],
    ...exceptionsInWords(exceptionsOf(tombstone)),
  ]);
}

function stepsOf({ steps }: Tombstone): string {
  const rows = STEP_NAMES.map((name) => {
    const { state, attempts, counts, atLeast, error = '', startedAt, finishedAt } = steps[name];
    return [
      name,
      coloured(state),
      String(attempts),
      inWords(counts, atLeast),
      error,
      time(startedAt),
      time(finishedAt),
    ];
  });
  return table(['step', 'state', 'attempts', 'counts', 'error', 'first start', 'last end'], rows);
}

function historyOf({ history, folded }: Tombstone): string {
  const first = 1 + (folded?.count ?? 0);
  const rows = history.map(({ at, from, to, by, detail, hash }, position) => {
    const about = detail && 'code' in detail ? Object.values(detail).join(' ') : detail ? inWords(detail) : '';
    return [String(first + position), time(at), `${from} → ${to}`, by, about, hash.slice(0, 16)];
  });
  return table(['', 'history', 'transition', 'by', 'detail', 'hash'], rows);
}

function receiptsOf({ receipts }: Tombstone): string[] {
  if (receipts.length === 0) return [];
  const rows = receipts.map((jws, position) => {
    const { jti = '', deletedAt = '', reapplied } = payloadOf(jws);
    return [String(position + 1), jti, time(deletedAt), reapplied ? `again, by ${reapplied.by}` : ''];
  });
  return [table(['', 'receipt', 'deleted', ''], rows)];
}

/** Reads the payload to show it, without checking the signature: that is what `verify-receipt` is for. */
function payloadOf(jws: string): { jti?: string; deletedAt?: string; reapplied?: { by: string } } {
  try {
    return JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString());
  } catch {
    return {};
  }
}
