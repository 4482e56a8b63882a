import { type Command, Option } from 'commander';
import { HOLD_CODES, type HoldReason } from '../../functions/deletion/record/tombstone.ts';
import { caseNumber } from '../parsers.ts';

export type HoldOptions = { code: HoldReason['code']; case: string };

/** The options for the reason of a hold. `hold` and `release` both require them. */
export function withReason(command: Command): Command {
  return command
    .addOption(new Option('--code <code>', 'the kind of case').choices(HOLD_CODES).makeOptionMandatory())
    .addOption(
      new Option('--case <number>', 'the number of the case, without names')
        .argParser(caseNumber)
        .makeOptionMandatory(),
    );
}

export function reasonIn(options: HoldOptions): HoldReason {
  return { code: options.code, caseNumber: options.case };
}
