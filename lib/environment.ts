import type * as z from 'zod/mini';
import { contradictionsOf } from './contradictions.ts';
import { environmentSchema } from './environment-schema.ts';
import { ENVIRONMENTS } from './environments.ts';

/** A part of the names of stacks. */
export type EnvironmentName = string;

export const ENVIRONMENT_NAMES: readonly EnvironmentName[] = Object.keys(ENVIRONMENTS);

/** The definition of an environment. */
export type EnvironmentAttributes = z.infer<typeof environmentSchema>;
/** The attributes of an existing platform. */
export type PlatformAttributes = Exclude<EnvironmentAttributes['platform'], 'sample'>;
export type Environment = EnvironmentAttributes & { name: EnvironmentName };

/** It goes into the names of stacks, which CloudFormation restricts, and of figures. */
const NAME = /^(?=.{1,40}$)[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$/;

/** Mistakes in lib/environments.ts, one line for each: environment, field, what was found, what was expected. */
export class WrongEnvironment extends Error {
  override name = 'WrongEnvironment';
}

/**
 * The environment of this name, from lib/environments.ts.
 * @throws {WrongEnvironment} when it does not exist or has mistakes
 */
export function environmentNamed(name: unknown): Environment {
  const known = Object.entries(ENVIRONMENTS).find(([one]) => one === name);
  if (known) return parseEnvironment(...known);
  const found = name ? `There is no environment "${name}"` : 'No environment was named';
  const [first] = ENVIRONMENT_NAMES;
  throw new WrongEnvironment(`${found}, expected ${ENVIRONMENT_NAMES.join(', ')}: npm run synth -- ${first}`);
}

/** @throws {WrongEnvironment} naming every mistake in `attributes` */
export function parseEnvironment(name: EnvironmentName, attributes: unknown): Environment {
  if (!NAME.test(name))
    throw new WrongEnvironment(
      `"${name}" is no name of an environment, expected a letter, then letters, digits or single hyphens, 40 at most`,
    );
  const { success, data, error } = environmentSchema.safeParse(attributes);
  const mistakes = success ? contradictionsIn(data) : error.issues.flatMap((issue) => mistakesIn(issue, attributes));
  if (!success || mistakes.length > 0) {
    throw new WrongEnvironment(mistakes.map((mistake) => `${name}: ${mistake}`).join('\n'));
  }
  return { ...data, name };
}

/** Mistakes between fields: each field is well-formed, but together they cannot work. */
function contradictionsIn({ platform, signIn }: EnvironmentAttributes): string[] {
  if (platform === 'sample') {
    return signIn ? ['signIn is set, expected none beside a sample platform, which has a sign-in of its own'] : [];
  }
  return contradictionsOf(platform);
}

type Issue = z.core.$ZodIssue;

/**
 * The issue of a union does not say what is wrong inside the branch that was meant, so this reports the issues of that
 * branch.
 */
function mistakesIn(issue: Issue, attributes: unknown): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${fieldOf([...issue.path, key])} is unknown, expected no such field`);
  }
  const found = valueAt(attributes, issue.path);
  if (issue.code === 'invalid_union' && typeof found === 'object') {
    const meant = issue.errors.at(-1) ?? [];
    if (meant.length > 0) {
      return meant.flatMap((inner) => mistakesIn({ ...inner, path: [...issue.path, ...inner.path] }, attributes));
    }
  }
  const shown = found === undefined ? 'is not set' : `is ${JSON.stringify(found)}`;
  return [`${fieldOf(issue.path)} ${shown}, expected ${issue.message}`];
}

const fieldOf = (path: readonly PropertyKey[]) => path.map(String).join('.');

function valueAt(from: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], from);
}
