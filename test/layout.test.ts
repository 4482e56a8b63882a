import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Which folder may import what of this repository, and which packages. */
function importsOf(folder: string): { file: string; from: string }[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.flatMap((name) => {
    const file = join(folder, name);
    const found = readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g);
    return [...found].map(([, from]) => ({ file, from: from as string }));
  });
}

const targetOf = ({ file, from }: { file: string; from: string }) =>
  from.startsWith('.') ? normalize(join(dirname(file), from)) : from;

describe('the layout', () => {
  it('keeps the domain to itself: no SDK, no driver, no environment', () => {
    const outside = importsOf('functions/deletion').filter(
      (found) => found.from !== 'node:crypto' && !targetOf(found).startsWith(`functions${sep}deletion${sep}`),
    );
    expect(outside).toEqual([]);
    for (const { file } of importsOf('functions/deletion'))
      expect(readFileSync(file, 'utf8')).not.toContain('process.env');
  });

  it('keeps SDKs and drivers in adapters, db and the composition root', () => {
    const driver = /^(@aws-sdk\/|@redis\/|pg$|kysely$|jose$)/;
    const allowed = /^functions\/(adapters|db)\/|^functions\/connect\.ts$/;
    const stray = importsOf('functions').filter(({ file, from }) => driver.test(from) && !allowed.test(file));
    expect(stray).toEqual([]);
  });

  it('lets nothing that is deployed import what is not', () => {
    const stray = ['functions', 'lib'].flatMap((folder) =>
      importsOf(folder).filter((found) => /^(local|platform|ops|test|web|bench)\//.test(targetOf(found))),
    );
    expect(stray).toEqual([]);
  });

  it('keeps infrastructure and functions apart, but for names', () => {
    const names = ['settings', 'routes', 'metric-names', 'adapters/tombstone-table', 'deletion/data-map'];
    const allowed = names.map((name) => `functions/${name}.ts`);
    const fromLib = importsOf('lib').filter(
      (found) => targetOf(found).startsWith('functions/') && !allowed.includes(targetOf(found)),
    );
    const fromFunctions = importsOf('functions').filter(
      (found) => targetOf(found).startsWith('lib/') || found.from.startsWith('aws-cdk'),
    );
    expect([...fromLib, ...fromFunctions]).toEqual([]);
  });
});
