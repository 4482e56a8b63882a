import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Browser, chromium as playwright } from 'playwright-core';

/** `chromium.args` of the package is of no use here: one process for everything, and no same-origin policy. */
const ARGUMENTS = ['--no-sandbox', '--disable-dev-shm-usage'];

/**
 * Starts a browser: the one that `CHROMIUM_PATH` names, or else the package's, which runs only on x64 Linux. The caller
 * closes it.
 */
export async function launchBrowser(): Promise<Browser> {
  const named = process.env.CHROMIUM_PATH;
  if (named) return playwright.launch({ executablePath: named, args: ARGUMENTS });
  const folder = await unpackedChromium();
  return playwright.launch({
    executablePath: join(folder, 'chromium'),
    args: ARGUMENTS,
    env: { ...process.env, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'), FONTCONFIG_PATH: join(folder, 'fonts') },
  });
}

/**
 * The folder of the package's unpacked browser. Unpacking takes seconds, so the folder is kept, one for each version
 * and user. Several processes may call this at the same time.
 */
export async function unpackedChromium(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const { version } = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8'));
  const folder = join(tmpdir(), `video-deletion-chromium-${version}-${process.getuid?.() ?? 0}`);
  if (existsSync(folder)) return folder;
  const unpacking = mkdtempSync(`${folder}-`);
  await unpackInto(unpacking);
  writeFileSync(join(unpacking, 'fonts', 'fonts.conf'), fontsIn(folder));
  try {
    renameSync(unpacking, folder);
  } catch (error) {
    // Another process was first; what it unpacked is the same.
    rmSync(unpacking, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** The package's own list of font folders is Lambda's: with it, a page shows no letter at all. */
function fontsIn(folder: string): string {
  const folders = [join(folder, 'fonts', 'fonts'), '/usr/share/fonts'].map((path) => `<dir>${path}</dir>`).join('');
  return `<fontconfig>${folders}<cachedir>${join(folder, 'fonts-cache')}</cachedir></fontconfig>`;
}

/** The package unpacks into the temporary folder, and adds its libraries only if it believes that it runs in Lambda. */
async function unpackInto(folder: string): Promise<void> {
  const before = { TMPDIR: process.env.TMPDIR, LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH };
  Object.assign(process.env, { TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' });
  try {
    const { default: chromium } = await import('@sparticuz/chromium');
    const executable = await chromium.executablePath();
    if (dirname(executable) !== folder) throw new Error(`The browser was unpacked into ${dirname(executable)}`);
  } finally {
    delete process.env.AWS_LAMBDA_JS_RUNTIME;
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
