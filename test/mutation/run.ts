import { parseArgs } from 'node:util';
import { GROUPS, type Group } from './groups.ts';
import { mutate } from './mutate.ts';
import { linesOf, scoreOf } from './score.ts';

/**
 * `npm run test:mutation` mutates everything. With `-- --only functions/deletion/work/lease.ts`, once or more often,
 * only these files.
 */
const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });

for (const group of GROUPS) {
  const { name, threshold } = group;
  const files = filesOf(group);
  if (files.length === 0) continue;
  const began = performance.now();
  const mutants = await mutate(group, files);
  if (mutants.length === 0) throw new Error(`There is nothing to mutate in ${files.join(', ')}`);
  const score = scoreOf(mutants);
  const minutes = ((performance.now() - began) / 60_000).toFixed(1);
  const summary = `${name}: ${score.toFixed(1)} % of the mutants noticed, in ${minutes} min`;
  process.stdout.write(`${[...linesOf(mutants), summary].join('\n')}\n\n`);
  if (score >= threshold) continue;
  process.stderr.write(`${name} must reach ${threshold} %\n`);
  process.exitCode = 1;
}

function filesOf({ folder }: Group): string[] {
  if (!values.only) return [`${folder}/**/*.ts`];
  return values.only.filter((file) => file.startsWith(`${folder}/`));
}
