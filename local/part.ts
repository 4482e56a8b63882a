export type Environment = Record<string, string | undefined>;
export type Storage = 's3' | 'local';

export type PartsOptions = {
  /** Where the parts keep what must outlive the process. */
  folder: string;
  storage: Storage;
  /** A setting that names a real service keeps its stand-in from being started. */
  environment: Environment;
  /** How long the sample platform takes to transcode one segment. */
  segmentMilliseconds: number;
};

/** One port's other end: a stand-in that was started, or the real service that the environment names. */
export type Part = {
  /** What the functions are told of it. */
  settings: Environment;
  /** What it is, for people. */
  name: string;
  stop(): Promise<void>;
};

const LET_IT_BE = async () => {};

/** The real service that the settings in `names` lead to, or undefined when the first of them is not set. */
export function realPart(environment: Environment, names: readonly string[]): Part | undefined {
  const [first] = names;
  if (!first || !environment[first]) return undefined;
  const settings = Object.fromEntries(names.map((name) => [name, environment[name]]));
  return { settings, name: `as ${first} says`, stop: LET_IT_BE };
}
