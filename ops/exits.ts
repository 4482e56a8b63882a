import { InvalidVideoId } from '../functions/deletion/errors.ts';
import { WrongSettings } from '../functions/settings/settings.ts';
import { visible } from './visible.ts';

/**
 * `found`: the command found something, or could not do everything that was requested. `unavailable`: a store did not
 * answer, so nothing is known.
 */
export const EXIT = { done: 0, found: 1, usage: 2, unavailable: 3 } as const;

/** The arguments or settings are wrong. The message says what is expected. */
export class WrongUsage extends Error {
  override name = 'WrongUsage';
}

/** The command was used correctly, but could not be completed. The message is a sentence for the operator. */
export class NotDone extends Error {
  override name = 'NotDone';
}

/** The exit code after an error. */
export function exitCodeOf(error: unknown): number {
  const isUsage = error instanceof WrongUsage || error instanceof WrongSettings || error instanceof InvalidVideoId;
  if (isUsage) return EXIT.usage;
  const name = error instanceof Error ? error.name : '';
  const isAnswered = (OURS.has(name) && name !== 'StoreUnavailable') || ANSWERED.has(name);
  return isAnswered ? EXIT.found : EXIT.unavailable;
}

/**
 * Our own errors, whose messages are sentences for the operator. Errors of drivers and SDKs are printed with their
 * names.
 */
const OURS = new Set([
  'WrongUsage',
  'NotDone',
  'WrongSettings',
  'InvalidVideoId',
  'InvalidCursor',
  'NotAllowedNow',
  'UnknownVideo',
  'StoreUnavailable',
  'StepFailed',
  'SignatureRefused',
  'MalformedReceipt',
  'DatabaseNotReady',
  'TableBusy',
  'RoleTooPowerful',
  'RowsHidden',
  'RightsMissing',
]);

/** The store has answered, but nobody can use the answer; or the fault is in this program. */
const ANSWERED = new Set(['MalformedTombstone', 'InvariantBroken', 'TypeError', 'RangeError', 'SyntaxError']);

/** An error in one line, without its stack. */
export function lineOf(error: unknown): string {
  if (!(error instanceof Error)) return visible(String(error));
  const code = visible('code' in error && typeof error.code === 'string' ? error.code : error.name);
  const message = visible(error.message.split('\n').join('; '));
  if (OURS.has(error.name)) return message;
  return message ? `A request to a store failed: ${code}: ${message}` : `A store did not answer: ${code}`;
}

/** The same for a program: which error, and the line. */
export function errorJson(error: unknown): { error: { code: string; message: string } } {
  const code = error instanceof Error ? error.name : 'Error';
  return { error: { code, message: lineOf(error) } };
}
