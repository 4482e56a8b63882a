/** Files that are mutated together, against the same tests, and the score that they must reach. */
export type Group = {
  name: string;
  /** The folder whose files are mutated. */
  folder: string;
  /** The least share of mutants, in percent, that a test must notice. */
  threshold: number;
  vitestConfig: string;
  /** Only test files that import the mutated file are run at all: worth it where starting what they need takes long. */
  related: boolean;
  /** How much longer a mutant may take than the tests without it, in milliseconds. An endless loop uses all of it. */
  patience: number;
};

const STORES = {
  threshold: 75,
  vitestConfig: 'test/mutation/vitest.stores.config.ts',
  related: true,
  patience: 10_000,
};

export const GROUPS: readonly Group[] = [
  {
    name: 'the domain',
    folder: 'functions/deletion',
    threshold: 85,
    vitestConfig: 'test/domain/vitest.config.ts',
    related: false,
    patience: 3000,
  },
  { name: 'the stores', folder: 'functions/stores', ...STORES },
];
