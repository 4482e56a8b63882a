import { InvalidArgumentError } from 'commander';
import { CASE_NUMBER, STATES, type State } from '../functions/deletion/record/tombstone.ts';
import { isUuid, parseVideoId, type VideoId } from '../functions/deletion/video-id.ts';

/** Parsers of the commands' arguments. Each error says what is expected; commander adds which argument is wrong. */

export function videoId(text: string): VideoId {
  try {
    return parseVideoId(text);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}

export function operatorId(text: string): string {
  if (!isUuid(text)) throw new InvalidArgumentError('Expected the id of an account, a UUID in lower case.');
  return text;
}

/** A whole number of at least 1. */
export function atLeastOne(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Expected a whole number of at least 1.');
  return Number(text);
}

/** A day, or an instant with its time zone: without one, the meaning would depend on the machine. */
export function instant(text: string): Date {
  const isDated = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  const time = new Date(text);
  if (!isDated || Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('Expected a date like 2026-11-22 (midnight in UTC) or 2026-11-22T09:30:00Z.');
  return time;
}

/** A moment: an instant, or a span of time before now, such as `2h`. */
export function moment(text: string): Date {
  if (/^\d{1,6}[smhd]$/.test(text)) return new Date(Date.now() - duration(text) * 1_000);
  try {
    return instant(text);
  } catch {
    throw new InvalidArgumentError(
      'Expected a span of time before now like 90s, 30m, 24h or 2d, or a date like 2026-11-22 (midnight in UTC) or 2026-11-22T09:30:00Z.',
    );
  }
}

/** States with commas between them, or given several times. */
export function states(text: string, before: readonly State[] = []): State[] {
  const parts = text.split(',');
  const unknown = parts.find((part) => !STATES.some((state) => state === part));
  if (unknown !== undefined) throw new InvalidArgumentError(`Allowed choices are ${STATES.join(', ')}.`);
  return [...before, ...(parts as State[])];
}

const SECONDS_IN: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A span of time, in seconds. */
export function duration(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (!count || !unit) throw new InvalidArgumentError('Expected a span of time like 90s, 30m, 24h or 2d.');
  return Number(count) * (SECONDS_IN[unit] ?? 0);
}

/** How often to ask a store again, in seconds. */
export function interval(text: string): number {
  const seconds = duration(text);
  if (seconds < 1 || seconds > 86_400) throw new InvalidArgumentError('Expected a span of time from 1s to 1d.');
  return seconds;
}

/** The number of a case. It stays on the tombstone for years, so its form leaves no room for names or sentences. */
export function caseNumber(text: string): string {
  if (!CASE_NUMBER.test(text))
    throw new InvalidArgumentError(
      'Expected the number of a case, like 2026-CV-1187: up to 64 letters, digits and . _ / -',
    );
  return text;
}
