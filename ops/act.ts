import type { Command } from 'commander';
import { EXIT } from './exits.ts';
import { type GlobalOptions, openSession, type Session } from './session.ts';
import { visibleJson } from './visible.ts';

/** The result of a command. */
export type Report = {
  /** Printed with `--json`: the complete result. */
  json: unknown;
  /** Printed without `--json`: for people. */
  text: string;
  /** Printed to standard error, where standard output is for another program. */
  note?: string;
  /** True when the command found something or failed: exit code 1. */
  isFinding?: boolean;
};

/**
 * The action of a command: opens a session, runs `work` in it, prints the report and closes the session.
 * @param work receives the command's arguments and, last, its options
 */
export function act<Args extends unknown[]>(work: (session: Session, ...args: Args) => Promise<Report>) {
  return async (...given: [...Args, Command]): Promise<void> => {
    const command = given.at(-1) as Command;
    const options = command.optsWithGlobals<GlobalOptions>();
    const session = openSession(options);
    try {
      const { json, text, note, isFinding } = await work(session, ...(given.slice(0, -1) as Args));
      session.progress.clear();
      const printed = options.json ? visibleJson(json) : text;
      if (printed) process.stdout.write(`${printed}\n`);
      if (note) process.stderr.write(`${note}\n`);
      if (isFinding) process.exitCode = EXIT.found;
    } finally {
      await session.close();
    }
  };
}

/** The examples at the end of a command's help. */
export function examples(...lines: string[]): string {
  return ['', 'Examples:', ...lines.map((line) => `  npm run ops -- ${line}`)].join('\n');
}
