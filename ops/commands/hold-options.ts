import { type Command, Option } from 'commander';
import { HOLD_CODES, type HoldReason } from '../../functions/deletion/record/tombstone.ts';
import { caseNumber } from '../parsers.ts';

export type HoldOptions = { code: HoldReason['code']; case: string };

/** The options that name a hold's reason, which both setting and releasing it need. */
export function withReason(command: Command): Command {
  return command
    .addOption(new Option('--code <code>', 'what kind of matter it is').choices(HOLD_CODES).makeOptionMandatory())
    .addOption(new Option('--case <number>', 'its number').argParser(caseNumber).makeOptionMandatory());
}

export function reasonIn(options: HoldOptions): HoldReason {
  return { code: options.code, caseNumber: options.case };
}
