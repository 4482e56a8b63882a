import { lstat, opendir, readdir } from 'node:fs/promises';
import { type FailureCode, reasonOf, StepFailed } from '../../deletion/errors.ts';
import { below, type OpenFolder, openFolder, orMissing, type Path } from './open-folder.ts';

/**
 * A folder, or a file: everything else, links included. Only regular files have `bytes`. `at`: the path for calls, good
 * until the next page is asked for. `path`: where it was found.
 */
export type Found = { path: Path; at: Path; kind: 'file' | 'folder' | 'link'; bytes: number };

/**
 * What the walk reports. `failed`: the code of what could not be read; the walk continues without it. `moved`:
 * something was listed, and was not there any more or stood elsewhere when it was its turn. Somebody may have moved it.
 */
export type Reports = { failed(code: FailureCode): void; moved(): void };

/** The most entries of a page. */
const PAGE_ENTRIES = 100;

/**
 * Finds what a pattern of the data map names under a root, page by page, each folder after its content. `a/name*` names
 * every entry of `a` that begins so, `a/name/**` the entry `name`; a folder is found with everything in it. Links are
 * never followed: a link that the pattern names is found itself, and a link on the way there is a failure. A missing
 * entry is no failure.
 */
export async function* findEntries(root: string, pattern: string, reports: Reports): AsyncGenerator<Found[]> {
  const parts = pattern.split('/');
  const last = parts.pop();
  const name = last === '**' ? parts.pop() : undefined;
  yield* inside(root, parts, reports, async function* (folder) {
    if (name === undefined) yield* contentOf(folder, () => namesIn(folder, `${last}`.replace(/\*$/, '')), reports);
    else if (await look(folder, Buffer.from(name))) yield* contentOf(folder, async () => [Buffer.from(name)], reports);
  });
}

/** Finds the file with exactly this path under a root. A folder of that name is not it. */
export async function* findFile(root: string, path: string, reports: Reports): AsyncGenerator<Found[]> {
  const parts = path.split('/');
  const name = Buffer.from(parts.pop() ?? '');
  yield* inside(root, parts, reports, async function* (folder) {
    const found = await look(folder, name);
    if (found && found.kind !== 'folder') yield [found];
  });
}

/** A root that is missing was not mounted: nothing can be said of what it holds. @throws {StepFailed} `RootMissing` */
export async function requireRoot(root: string): Promise<void> {
  if (!(await orMissing(lstat(root)))) throw new StepFailed('RootMissing');
}

/**
 * Walks down from the root through folders that are no links, and walks on in the last. A missing one holds nothing.
 */
async function* inside(
  root: string,
  parts: readonly string[],
  reports: Reports,
  walk: (folder: OpenFolder) => AsyncGenerator<Found[]>,
): AsyncGenerator<Found[]> {
  const open: OpenFolder[] = [];
  try {
    for (const part of ['', ...parts]) {
      const parent = open.at(-1);
      const name = Buffer.from(part);
      const folder = await (parent ? openFolder(below(parent.path, name), below(parent.at, name)) : openRoot(root));
      if (!folder) return;
      open.push(folder);
    }
    yield* walk(open.at(-1) as OpenFolder);
  } catch (error) {
    reports.failed(reasonOf(error));
  } finally {
    for (const folder of open.reverse()) await folder.close();
  }
}

function openRoot(root: string): Promise<OpenFolder | undefined> {
  return openFolder(Buffer.from(root));
}

/** A folder with files of all videos may be large: only the names that match are kept. */
async function namesIn({ at }: OpenFolder, start: string): Promise<Buffer[]> {
  const names: Buffer[] = [];
  const wanted = Buffer.from(start);
  for await (const { name } of await opendir(at, AS_BYTES)) {
    const bytes = name as unknown as Buffer;
    if (bytes.subarray(0, wanted.length).equals(wanted)) names.push(bytes);
  }
  return names;
}

/** The type of `opendir` does not know what its documentation says. */
const AS_BYTES = { encoding: 'buffer' as BufferEncoding };

/**
 * Everything in a folder, each folder after its content. A name that is listed, then not found, then listed again is a
 * failure, and not gone.
 */
async function* contentOf(
  folder: OpenFolder,
  list: () => Promise<Buffer[]>,
  reports: Reports,
): AsyncGenerator<Found[]> {
  const missing: Buffer[] = [];
  let page: Found[] = [];
  for (const name of await list()) {
    const found = await lookOrReport(folder, name, reports);
    if (found === 'missing') missing.push(name);
    if (typeof found === 'string') continue;
    if (found.kind === 'folder') yield* contentOfFolder(found, reports);
    page.push(found);
    if (page.length < PAGE_ENTRIES) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
  if (missing.length === 0) return;
  const listed = await list();
  if (missing.some((name) => listed.some((again) => again.equals(name)))) reports.failed('NameNotFound');
  else reports.moved();
}

async function* contentOfFolder({ path, at }: Found, reports: Reports): AsyncGenerator<Found[]> {
  let folder: OpenFolder | undefined;
  try {
    folder = await openFolder(path, at);
    if (!folder) return reports.moved();
    const { at: opened } = folder;
    const list = async () => (await orMissing(readdir(opened, { encoding: 'buffer' }))) ?? [];
    yield* contentOf(folder, list, reports);
    if (!(await folder.isInPlace())) reports.moved();
  } catch (error) {
    reports.failed(reasonOf(error));
  } finally {
    await folder?.close();
  }
}

async function lookOrReport(folder: OpenFolder, name: Buffer, reports: Reports): Promise<Found | 'missing' | 'failed'> {
  try {
    return (await look(folder, name)) ?? 'missing';
  } catch (error) {
    reports.failed(reasonOf(error));
    return 'failed';
  }
}

async function look(folder: OpenFolder, name: Buffer): Promise<Found | undefined> {
  const [path, at] = [below(folder.path, name), below(folder.at, name)];
  const stats = await orMissing(lstat(at));
  if (!stats) return undefined;
  const kind = stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'file';
  return { path, at, kind, bytes: stats.isFile() ? stats.size : 0 };
}
