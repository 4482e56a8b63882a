export type Environment = Record<string, string | undefined>;
export type Storage = 's3' | 'local';

export type PartsOptions = {
  /** The folder for everything that must survive the process. */
  folder: string;
  storage: Storage;
  /** The environment. A setting that names a real service replaces its stand-in. */
  environment: Environment;
  /** True: a stand-in even where this machine has the real thing, so that its faults can be switched. */
  usesStandIns?: boolean;
  /** How long the sample platform takes to transcode one segment. */
  segmentMilliseconds: number;
};

/** What is behind one port: a started stand-in, or the real service that the environment names. */
export type Part = {
  /** The settings for the functions. */
  settings: Environment;
  /** Its name, for people. */
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
