import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { FunctionName } from '../../lib/constructs/functions/function-sizes.ts';

/** One function as it is deployed. */
export type Bundle = {
  name: FunctionName;
  /** The folder with its code. */
  folder: string;
  /** File and export in the form that Lambda gets them: `index.handler`. */
  handler: string;
  /** The environment in the template: strings, and references to resources that exist only after a deployment. */
  environment: Record<string, unknown>;
};
export type Bundles = Record<FunctionName, Bundle>;

type Template = { Resources: Record<string, { Type: string; Properties: FunctionProperties }> };
type FunctionProperties = {
  Description?: string;
  Handler: string;
  Code: { S3Key: string };
  Environment?: { Variables: Record<string, unknown> };
};

const STACK = 'VideoDeletion-dev-Service';

/** Bundles the functions exactly as a deployment does, by synthesising `dev` into `folder`. Takes about ten seconds. */
export async function buildBundles(folder: string): Promise<Bundles> {
  const script = fileURLToPath(new URL('synthesise-functions.ts', import.meta.url));
  const root = fileURLToPath(new URL('../..', import.meta.url));
  await promisify(execFile)(process.execPath, [script, folder], { cwd: root });
  return await readBundles(folder);
}

/** The bundles in a folder into which `dev` was synthesised. */
export async function readBundles(folder: string): Promise<Bundles> {
  const { Resources } = JSON.parse(await readFile(join(folder, `${STACK}.template.json`), 'utf8')) as Template;
  const ours = Object.values(Resources).flatMap(({ Type, Properties }) => {
    const [, name] = /^Video deletion: (.+)$/.exec(Properties?.Description ?? '') ?? [];
    return Type === 'AWS::Lambda::Function' && name ? [[name, bundleOf(folder, name, Properties)] as const] : [];
  });
  return Object.fromEntries(ours) as Bundles;
}

/**
 * The key of an asset is its hash and `.zip`. The folder that is zipped is next to the template and has the same hash
 * in its name.
 */
function bundleOf(folder: string, name: string, { Handler, Code, Environment }: FunctionProperties): Bundle {
  return {
    name: name as FunctionName,
    folder: join(folder, `asset.${Code.S3Key.replace(/\.zip$/, '')}`),
    handler: Handler,
    environment: Environment?.Variables ?? {},
  };
}

/** The module that Lambda would load, and the export that it would call. */
export function entryOf({ folder, handler }: Pick<Bundle, 'folder' | 'handler'>): { file: string; name: string } {
  const [module = '', name = ''] = handler.split('.');
  return { file: join(folder, `${module}.mjs`), name };
}
