import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { build } from 'vite';

/** Codes with which a file system says that it may not be written to. */
const NOT_WRITABLE = /\b(EACCES|EPERM|EROFS|Read-only file system|Permission denied)\b/;

/** Builds the page into `dist/web`. If nothing may be written there, one line says so, and no stack. */
try {
  const configFile = fileURLToPath(new URL('vite.config.ts', import.meta.url));
  await build({ configFile, configLoader: 'native', logLevel: 'warn' });
} catch (error) {
  const [code] = NOT_WRITABLE.exec(inspect(error)) ?? [];
  if (!code) throw error;
  process.stderr.write(`The page is built into dist/web, which cannot be written (${code}): use a folder that can\n`);
  process.exitCode = 1;
}
