import { statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The permission of everybody to write, as POSIX encodes it. */
const WRITABLE_BY_ALL = 0o002;

/**
 * What to say of a folder that stands in a folder to which everybody may write, such as `/tmp`: any user of the machine
 * can put something else in its place before it exists. Undefined if all is well.
 */
export function warningOf(name: string, folder: string): string | undefined {
  const parent = statSync(dirname(folder), { throwIfNoEntry: false });
  if (!parent || (parent.mode & WRITABLE_BY_ALL) === 0) return undefined;
  return `${name} stands in ${dirname(folder)}, to which every user of this machine may write. Name a folder in one that only the platform may write to`;
}
