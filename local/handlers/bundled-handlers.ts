import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Bundle, type Bundles, buildBundles, entryOf, readBundles } from './bundles.ts';
import type { Handlers } from './handlers.ts';

/** Settings under which bundles keep to themselves what they would tell CloudWatch; errors are printed all the same. */
export const SILENT = { LOG_LEVEL: 'ERROR', POWERTOOLS_METRICS_DISABLED: 'true' };

/**
 * The functions as they are deployed, loaded into this process: from a folder that `npm run synth -- dev` has filled, or bundled
 * now.
 */
export async function loadBundledHandlers(synthesised?: string): Promise<Handlers> {
  if (synthesised) return await loadHandlers(await readBundles(synthesised));
  const folder = await mkdtemp(join(tmpdir(), 'bundles-'));
  try {
    return await loadHandlers(await buildBundles(folder));
  } finally {
    // Each is one file, and that has been read.
    await rm(folder, { recursive: true, force: true });
  }
}

/** The functions that run all the time; the one that migrates runs at a deployment only. */
async function loadHandlers({ migrate: _, ...bundles }: Bundles): Promise<Handlers> {
  const loaded = Object.values(bundles).map(async (bundle) => [bundle.name, await loadHandler(bundle)]);
  return Object.fromEntries(await Promise.all(loaded)) as Handlers;
}

async function loadHandler(bundle: Bundle): Promise<unknown> {
  const { file, name } = entryOf(bundle);
  const { [name]: handler } = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  if (typeof handler !== 'function') throw new Error(`The bundle of ${bundle.name} exports no function "${name}"`);
  return handler;
}
