import { InvalidVideoId } from '../functions/deletion/errors.ts';
import { WrongSettings } from '../functions/settings/settings.ts';

/** `found`: the command found something, or could not do all it was asked for. */
export const EXIT = { done: 0, found: 1, usage: 2 } as const;

/** What was asked for cannot be done as it was asked. The message says what would be right. */
export class WrongUsage extends Error {
  override name = 'WrongUsage';
}

/** Something that is no fault of the usage, told in a sentence. */
export class NotDone extends Error {
  override name = 'NotDone';
}

/** The exit code after an error. */
export function exitCodeOf(error: unknown): number {
  const isUsage = error instanceof WrongUsage || error instanceof WrongSettings || error instanceof InvalidVideoId;
  return isUsage ? EXIT.usage : EXIT.found;
}

/** The errors whose messages are sentences of ours. Those of drivers and SDKs are told with their names. */
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
]);

/** An error in one line, never with its stack. */
export function lineOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const message = error.message.split('\n').join('; ');
  if (OURS.has(error.name)) return message;
  return message ? `A store did not do what it was asked for: ${code}: ${message}` : `A store does not answer: ${code}`;
}
