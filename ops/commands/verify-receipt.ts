import { readFile } from 'node:fs/promises';
import { text as textIn } from 'node:stream/consumers';
import { type Command, createArgument } from 'commander';
import pc from 'picocolors';
import type { Receipt } from '../../functions/deletion/record/receipt.ts';
import { act, examples, type Report } from '../act.ts';
import { WrongUsage } from '../exits.ts';
import { compareHistory } from '../receipts/compare-history.ts';
import { findKeys } from '../receipts/find-keys.ts';
import { judgeReceipt, type Verdict } from '../receipts/judge-receipt.ts';
import { wordsOf } from '../receipts/receipt-words.ts';
import { visible } from '../visible.ts';

type Options = { keys?: string; offline?: boolean };

/** `verify-receipt`: whether a receipt is genuine, and what it states. */
export function addVerifyReceipt(program: Command): void {
  program
    .command('verify-receipt')
    .summary('check a receipt, and say in words what it states')
    .description(
      "Checks a receipt's signature and, where the tombstone can be reached, that its history leads to it. Exit code 1 when it is refused.",
    )
    .addArgument(createArgument('<file>', 'the receipt (a compact JWS); - for standard input'))
    .option(
      '--keys <file|url>',
      'the JWK set to check it with, such as …/api/v1/receipts/jwks.json (else the keys that sign here)',
    )
    .option('--offline', 'the signature alone: no tombstone is looked for')
    .addHelpText(
      'after',
      examples('verify-receipt receipt.jws', 'verify-receipt receipt.jws --offline --keys jwks.json'),
    )
    .action(
      act(async (session, file: string, { keys: place, offline = false }: Options) => {
        const jws = await readReceipt(file);
        const keys = await findKeys(session, place);
        const compare = offline ? undefined : (receipt: Receipt) => compareHistory(session, receipt, jws);
        return reportOf(await judgeReceipt(jws, keys, compare), place);
      }),
    );
}

async function readReceipt(file: string): Promise<string> {
  try {
    return (file === '-' ? await textIn(process.stdin) : await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new WrongUsage(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** @param place where the keys came from, if they were not those that sign here */
function reportOf({ isValid, reason = '', receipt, key, history }: Verdict, place: string | undefined): Report {
  const keySource = place ?? 'the keys that sign here';
  const lines = [
    ...(receipt ? [wordsOf(receipt), ''] : []),
    ...(key ? [visible(`Signed with the key ${key}, from ${keySource}.`)] : []),
    ...(key && place ? ['This proves as much as you trust that these are the keys of the service.'] : []),
    ...(history ? [visible(history.note)] : []),
    isValid ? pc.green('VALID') : `${pc.red('REFUSED')}: ${visible(reason)}`,
  ];
  const keyFacts = key && { thumbprint: key, from: keySource };
  return {
    json: { valid: isValid, ...(reason && { reason }), receipt, key: keyFacts, history },
    text: lines.join('\n'),
    isFinding: !isValid,
  };
}
