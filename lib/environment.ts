import type * as z from 'zod/mini';
import { environmentSchema } from './environment-schema.ts';
import { ENVIRONMENTS } from './environments.ts';

export const ENVIRONMENT_NAMES = ['dev', 'staging', 'prod'] as const;
export type EnvironmentName = (typeof ENVIRONMENT_NAMES)[number];

/** The definition of an environment. */
export type EnvironmentAttributes = z.infer<typeof environmentSchema>;
/** The attributes of an existing platform. */
export type PlatformAttributes = Exclude<EnvironmentAttributes['platform'], 'sample'>;
export type Environment = EnvironmentAttributes & { name: EnvironmentName };

/** Mistakes in lib/environments.ts, one line for each: environment, field, what was found, what was expected. */
export class WrongEnvironment extends Error {
  override name = 'WrongEnvironment';
}

/**
 * The environment of this name, from lib/environments.ts.
 * @throws {WrongEnvironment} when it does not exist or has mistakes
 */
export function environmentNamed(name: unknown): Environment {
  const known = ENVIRONMENT_NAMES.find((one) => one === name);
  if (known) return parseEnvironment(known, ENVIRONMENTS[known]);
  const found = name ? `There is no environment "${name}"` : 'No environment was named';
  throw new WrongEnvironment(`${found}, expected ${ENVIRONMENT_NAMES.join(', ')}: npm run synth -- dev`);
}

/** @throws {WrongEnvironment} naming every mistake in `attributes` */
export function parseEnvironment(name: EnvironmentName, attributes: unknown): Environment {
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
    return signIn
      ? ['signIn is set, expected none beside a sample platform, whose user pool has no page to sign in at']
      : [];
  }
  const { network, storage, database } = platform;
  const mistakes: string[] = [];
  if (storage.kind === 'r2' && network.wayOut.by !== 'nat') {
    mistakes.push('platform.network.wayOut is by "endpoints", expected "nat", since no endpoint leads to R2');
  }
  if (network.wayOut.by === 'endpoints' && network.wayOut.existing.some(isInterface)) {
    const isKnown = network.wayOut.securityGroupId !== undefined;
    if (!isKnown) {
      mistakes.push(
        'platform.network.wayOut.securityGroupId is not set, expected the security group of the endpoints in "existing"',
      );
    }
  }
  if (database.resourceId.startsWith('prx-') !== (database.proxyName !== undefined)) {
    mistakes.push('platform.database.proxyName is set for a proxy (resourceId prx-…) and for nothing else');
  }
  return mistakes;
}

const isInterface = (endpoint: string) => endpoint !== 's3' && endpoint !== 'dynamodb';

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
