import dns from 'node:dns';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Bundle, type Bundles, buildBundles, entryOf, readBundles } from './bundles.ts';
import type { Handlers } from './handlers.ts';

/** Settings that stop the bundles from writing their CloudWatch metrics and logs. They still print errors. */
export const SILENT = { LOG_LEVEL: 'ERROR', POWERTOOLS_METRICS_DISABLED: 'true' };

/**
 * Loads the functions as they are deployed into this process, from a folder that `npm run synth -- dev` has filled, or
 * from new bundles.
 */
export async function loadBundledHandlers(synthesised?: string): Promise<Handlers> {
  if (synthesised) return await loadHandlers(await readBundles(synthesised));
  const folder = await mkdtemp(join(tmpdir(), 'bundles-'));
  try {
    return await loadHandlers(await buildBundles(folder));
  } finally {
    // The folder can be deleted now: each bundle is one file, and it has been read.
    await rm(folder, { recursive: true, force: true });
  }
}

/** The functions that run all the time. `migrate` is not one of them: it runs only during a deployment. */
async function loadHandlers({ migrate: _, ...bundles }: Bundles): Promise<Handlers> {
  resolveLocalhost();
  const loaded = Object.values(bundles).map(async (bundle) => [bundle.name, await loadHandler(bundle)]);
  return Object.fromEntries(await Promise.all(loaded)) as Handlers;
}

async function loadHandler(bundle: Bundle): Promise<unknown> {
  const { file, name } = entryOf(bundle);
  const { [name]: handler } = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  if (typeof handler !== 'function') throw new Error(`The bundle of ${bundle.name} exports no function "${name}"`);
  return handler;
}

/**
 * Names below `localhost` lead to this machine (RFC 6761, 6.3), which not every resolver knows. The client of the
 * gate's store puts the account in front of the host's name, and a bundle makes its own client.
 */
function resolveLocalhost(): void {
  const { lookup } = dns;
  const atHome = (name: string, ...rest: unknown[]) => {
    const target = name.endsWith('.localhost') ? '127.0.0.1' : name;
    return (lookup as (...args: unknown[]) => void)(target, ...rest);
  };
  dns.lookup = Object.assign(atHome, lookup) as typeof lookup;
}
