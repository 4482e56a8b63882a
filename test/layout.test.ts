import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

function filesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
}

/** Which folder may import what of this repository, and which packages. */
function importsOf(folder: string): { file: string; from: string }[] {
  return filesIn(folder).flatMap((file) => {
    const found = readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g);
    return [...found].map(([, from]) => ({ file, from: from as string }));
  });
}

const targetOf = ({ file, from }: { file: string; from: string }) =>
  from.startsWith('.') ? normalize(join(dirname(file), from)) : from;

/** The files of this repository that are loaded with those of a folder. An import of types alone loads nothing. */
function loadedWith(folder: string): string[] {
  const loaded = new Set(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|vue)$/.test(name))
      .map((name) => join(folder, name)),
  );
  for (const file of loaded) {
    const imports = readFileSync(file, 'utf8').matchAll(
      /(?:^(?:import|export) (?!type )[^;]*?from |import\()'(\.[^']+)'/gm,
    );
    for (const [, from = ''] of imports) if (/\.(ts|vue)$/.test(from)) loaded.add(targetOf({ file, from }));
  }
  return [...loaded];
}

describe('the layout', () => {
  it('keeps the domain to itself: no SDK, no driver, no environment, nothing of Node', () => {
    const outside = importsOf('functions/deletion').filter(
      (found) =>
        !found.from.startsWith('@noble/hashes/') && !targetOf(found).startsWith(`functions${sep}deletion${sep}`),
    );
    expect(outside).toEqual([]);
    for (const { file } of importsOf('functions/deletion'))
      expect(readFileSync(file, 'utf8')).not.toContain('process.env');
  });

  it('has one writer of a tombstone: outside of its room, none is copied with other fields', () => {
    const isOutside = (file: string) => !/^functions\/(deletion\/record|stores)\//.test(file);
    const outside = filesIn('functions').filter(isOutside);
    const copies = /\{ \.\.\.(tombstone|deletion|current|stored|found|standing|before|after|next)\b/;
    expect(outside.filter((file) => copies.test(readFileSync(file, 'utf8')))).toEqual([]);
  });

  it('keeps SDKs and drivers in the stores and the composition root', () => {
    const driver = /^(@aws-sdk\/|@redis\/|pg$|kysely$|jose$)/;
    const allowed = /^functions\/(stores|connect)\//;
    const stray = importsOf('functions').filter(({ file, from }) => driver.test(from) && !allowed.test(file));
    expect(stray).toEqual([]);
  });

  it('lets nothing that is deployed import what is not', () => {
    const stray = ['functions', 'lib'].flatMap((folder) =>
      importsOf(folder).filter((found) => /^(local|platform|ops|test|web|bench)\//.test(targetOf(found))),
    );
    expect(stray).toEqual([]);
  });

  it('lets the page take from the functions only what runs in a browser', () => {
    const taken = loadedWith('web/src').filter((file) => !file.startsWith('web/'));
    expect(taken).toContain('functions/deletion/record/history.ts');
    expect(taken).toContain('functions/stores/signing/receipt-schema.ts');
    expect(taken.filter((file) => !/^functions\/(deletion|stores\/signing)\//.test(file))).toEqual([]);
    const ofNode = taken.filter((file) => /'node:|\b(Buffer|process|__dirname)\b[.(]/.test(readFileSync(file, 'utf8')));
    expect(ofNode).toEqual([]);
  });

  it('lets no client of AWS wait without end', () => {
    const made = filesIn('functions').flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/new (\w+Client)\(([^)]*)/g)].map(([, name, given = '']) => ({
        path,
        name,
        given,
      })),
    );
    expect(made.length).toBeGreaterThan(10);
    expect(made.filter(({ given }) => !/\b(QUICK|PATIENT|TO_QUEUES)\b/.test(given))).toEqual([]);
  });

  it('keeps infrastructure and functions apart, but for names and rules', () => {
    const names = [
      'settings/settings',
      'http/routes',
      'stores/powertools/metric-names',
      'stores/dynamodb/tombstone-table',
      'deletion/data-map/data-map',
      'deletion/rules',
    ];
    const allowed = names.map((name) => `functions/${name}.ts`);
    const fromLib = importsOf('lib').filter(
      (found) => targetOf(found).startsWith('functions/') && !allowed.includes(targetOf(found)),
    );
    const fromFunctions = importsOf('functions').filter(
      (found) => targetOf(found).startsWith('lib/') || found.from.startsWith('aws-cdk'),
    );
    expect([...fromLib, ...fromFunctions]).toEqual([]);
  });

  it('has no line of a comment that runs beyond 120 columns', () => {
    const files = ['bin', 'functions', 'lib', 'local', 'ops', 'platform', 'test', 'web/src'].flatMap(filesIn);
    const generated = join('web', 'src', 'client', 'api.ts');
    const long = files
      .filter((file) => file !== generated)
      .flatMap((file) =>
        readFileSync(file, 'utf8')
          .split('\n')
          .flatMap((line, n) => (line.length > 120 && /^\s*(\/\/|\/\*\*|\* )/.test(line) ? [`${file}:${n + 1}`] : [])),
      );
    expect(long).toEqual([]);
  });

  it('has the Lambda functions, and nothing else, as files of functions/', () => {
    const files = readdirSync('functions').filter((name) => name.endsWith('.ts'));
    const without = files.filter(
      (name) => !/export const handler\b/.test(readFileSync(join('functions', name), 'utf8')),
    );
    expect(without).toEqual([]);
  });

  it('has no folder in which nobody finds a file', () => {
    const MOST = 16;
    const files = ['bench', 'bin', 'functions', 'lib', 'local', 'ops', 'platform', 'web/src'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()),
    );
    const counts = Map.groupBy(files, ({ parentPath }) => parentPath);
    const full = [...counts].filter(([folder, { length }]) => length > MOST && !folder.includes('media'));
    expect(full.map(([folder]) => folder)).toEqual([]);
  });
});
