import type { Mutant } from './mutate.ts';

/**
 * The percentage of mutants that a test noticed, or 100 if there are none. Mutants that could not be tested do not
 * count.
 */
export function scoreOf(mutants: readonly Mutant[]): number {
  const noticed = mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout').length;
  const all = noticed + survivorsOf(mutants).length;
  return all === 0 ? 100 : (noticed / all) * 100;
}

/** Those that no test noticed. */
export function survivorsOf(mutants: readonly Mutant[]): Mutant[] {
  return mutants.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
}

/** The score of each file, the worst first, with its survivors under it. */
export function linesOf(mutants: readonly Mutant[]): string[] {
  const files = [...Map.groupBy(mutants, ({ file }) => file)].map(([file, of]) => ({ file, of, score: scoreOf(of) }));
  return files
    .toSorted((a, b) => a.score - b.score)
    .flatMap(({ file, of, score }) => [`${score.toFixed(1).padStart(6)} ${file}`, ...survivorsOf(of).map(lineOf)]);
}

function lineOf({ line, mutator, replacement }: Mutant): string {
  return `         line ${line}: ${mutator} -> ${replacement.slice(0, 100)}`;
}
