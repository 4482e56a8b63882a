import { WrongEnvironment } from '../lib/environment.ts';

/** Runs a command and tells mistakes in the environment in a line each. @returns its exit code */
export function toldInALine(run: () => number): number {
  try {
    return run();
  } catch (error) {
    if (error instanceof WrongEnvironment) return refuse(error.message);
    throw error;
  }
}

/** Says why nothing was done. @returns the exit code */
export function refuse(reason: string): number {
  console.error(reason);
  return 1;
}
