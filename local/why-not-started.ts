import { FolderNotOurs } from './fresh-start.ts';
import { FolderInUse } from './lock.ts';

/** Errors whose message already says what to do. */
const SAID = ['WrongSettings', 'NothingToFail', 'ReceiptKeyLost'];
/** Codes with which a file system refuses a folder. */
const FOLDER = ['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EEXIST', 'ENOSPC'];
/** Codes with which a server is not reached, and those of PostgreSQL for a wrong user, password or database. */
const UNREACHABLE = ['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENOTFOUND', 'ETIMEDOUT'];
const REFUSED_LOGIN = ['28000', '28P01', '3D000', '42501'];

type Failed = Error & { code?: string; path?: string; $metadata?: unknown; errors?: Error[] };

/** Why the local system did not start, in one line that says what to do; an unknown error with its stack. */
export function whyNotStarted(error: unknown, { port, folder }: { port: number; folder: string }): string {
  if (!(error instanceof Error)) return String(error);
  if (SAID.includes(error.name) || error instanceof FolderInUse || error instanceof FolderNotOurs) return error.message;
  const { code = '', path, $metadata, errors } = error as Failed;
  if (code === 'EADDRINUSE') return `Port ${port} is taken: choose another with --port`;
  if (path !== undefined && FOLDER.includes(code))
    return `${path} cannot be used (${code}): choose a folder that can be written with --folder; it is ${folder} now`;
  // Node tries every address of a name: each has its own error, and all of them the same code.
  const reason = code || (errors?.[0] as Failed | undefined)?.code || error.name;
  if ($metadata !== undefined)
    return `A store did not answer as it should (${reason}): check VIDEO_BUCKET, STORAGE_ENDPOINT, DELETIONS_TABLE and your credentials`;
  if (UNREACHABLE.includes(reason) || REFUSED_LOGIN.includes(reason) || isTimeout(error))
    return `The database does not let us in (${reason}): check DATABASE_URL, and that the server runs`;
  return error.stack ?? error.message;
}

const isTimeout = ({ message }: Error) => /timeout|terminated/i.test(message);
