import type { Receipt } from '../../functions/deletion/record/receipt.ts';
import type { StepName } from '../../functions/deletion/record/steps.ts';
import { facts, inWords, time } from '../print.ts';

/** What the steps whose counts say what was removed have removed; `verify` removes nothing. */
const REMOVED: Partial<Record<StepName, string>> = {
  cancelRuns: 'processing',
  deleteObjects: 'storage',
  deleteRows: 'database',
  invalidateCache: 'cache',
};

const PARTS: Partial<Record<StepName, string>> = { ...REMOVED, invalidateEdge: 'edge' };

/** What a receipt states, in words. */
export function wordsOf(receipt: Receipt): string {
  const { reapplied, edge, late, exceptions, history, notPartOf, resolved, places, verification, validation } = receipt;
  const removed = Object.entries(REMOVED).map(
    ([step, store]) => [`removed from ${store}`, removedInWords(receipt, step as StepName)] as const,
  );
  return facts([
    ['receipt', receipt.jti],
    ['issued by', issuerInWords(receipt)],
    ['video', receipt.sub],
    ['deletion', receipt.deletionId],
    ['requested', `${time(receipt.requestedAt)} by ${receipt.requestedBy} (${receipt.reason})`],
    [
      'also',
      (receipt.requests ?? [])
        .slice(1)
        .map(({ by, reason, at }) => `${time(at)} by ${by} (${reason})`)
        .join('; '),
    ],
    ['owner', receipt.ownerId],
    ['again', reapplied && `it had come back, and was deleted once more: ${time(reapplied.at)} by ${reapplied.by}`],
    ['hidden', time(receipt.hiddenAt)],
    ['empty', receipt.emptiedAt && `everywhere for the first time ${time(receipt.emptiedAt)}`],
    ['deleted', `${time(receipt.deletedAt)}, every store found empty again`],
    ...removed,
    ['resolved', resolved && `${inWords(resolved)}, kept for the record`],
    ...Object.entries(places ?? {}).map(([step, place]) => [`in ${PARTS[step as StepName] ?? step}`, place] as const),
    ['carried out', verification && stepsInWords(verification.steps, 'confirmed by the stores')],
    ['searched', validation && stepsInWords(validation.steps, 'nothing was found')],
    ['data map', receipt.dataMap],
    ['edge', edge && edgeInWords(edge)],
    ['came late', Object.keys(late).length > 0 ? `${inWords(late)}, removed as well` : undefined],
    ['not part', notPartOf.map((step) => PARTS[step] ?? step).join(', ')],
    ...exceptionsInWords(exceptions),
    ['history', `${history.length} entries up to ${history.head}`],
  ]);
}

/** What is excepted: left, kept, not shown; and what to mind. */
export function exceptionsInWords(exceptions: Receipt['exceptions']): (readonly [string, string | undefined])[] {
  return [
    ['left', notOursInWords(exceptions)],
    ['kept', keptInWords(exceptions)],
    ['not shown', notShownInWords(exceptions)],
    ['mind', [interruptedInWords(exceptions), failuresInWords(exceptions)].filter(Boolean).join('; ') || undefined],
  ];
}

function issuerInWords({ iss, environment, software }: Receipt): string | undefined {
  return iss && `${iss}, environment ${environment}, release ${software}`;
}

function stepsInWords(steps: readonly StepName[], what: string): string {
  return `${steps.map((step) => PARTS[step] ?? step).join(', ')}: ${what}`;
}

function removedInWords({ counts, exceptions }: Receipt, step: StepName): string | undefined {
  return counts[step] && inWords(counts[step], exceptions.atLeast?.includes(step));
}

function edgeInWords({ paths, completedAt, gatedAt }: NonNullable<Receipt['edge']>): string {
  const refused = gatedAt ? [`refused from ${time(gatedAt)} on`] : [];
  const invalidated = completedAt
    ? [`${paths} ${paths === 1 ? 'path' : 'paths'} invalidated, completed ${time(completedAt)}`]
    : [];
  return [...refused, ...invalidated].join('; ') || 'nothing was served';
}

function notOursInWords({ notOurs }: Receipt['exceptions']): string | undefined {
  if (!notOurs) return undefined;
  return `${notOurs.count} keys that the row named and that are not this video's beyond doubt (SHA-256 of their list: ${notOurs.sha256})`;
}

function keptInWords({ kept, sharedRuns }: Receipt['exceptions']): string | undefined {
  const parts = [
    kept && `${kept} ${kept === 1 ? 'key' : 'keys'} that another video names, or that hold another id`,
    sharedRuns && `${sharedRuns} ${sharedRuns === 1 ? 'run' : 'runs'} of another video, too, not stopped`,
  ];
  return parts.filter(Boolean).join('; ') || undefined;
}

function notShownInWords({ nothingFound, notFound, notListed }: Receipt['exceptions']): string | undefined {
  const parts = [
    nothingFound === true && 'the video was ready, and storage held nothing of it',
    nothingFound === 'unknown' && 'storage holds nothing of the video; what it held before is not known',
    notFound && `${notFound} ${notFound === 1 ? 'file' : 'files'} that the row named, found nowhere`,
    notListed && `whether any ${notListed.join(' or ')} are left: nobody could list them`,
  ];
  return parts.filter(Boolean).join('; ') || undefined;
}

function failuresInWords({ failures }: Receipt['exceptions']): string | undefined {
  if (!failures) return undefined;
  const each = Object.entries(failures).map(([step, times]) => `${step} ${times} times`);
  return `failed first: ${each.join(', ')}`;
}

function interruptedInWords({ interruptedPasses: passes }: Receipt['exceptions']): string | undefined {
  return passes ? `${passes} workers died: what they had removed last is in no figure ("at least")` : undefined;
}
