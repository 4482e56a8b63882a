import type { Telemetry } from '../functions/connect/connect.ts';
import { type Group, readSettings, type SettingsOf } from '../functions/settings/settings.ts';
import { EXIT } from './exits.ts';
import { findEnvironment } from './find-environment.ts';
import { createProgress, type Progress } from './progress.ts';
import { createTelemetry } from './telemetry.ts';
import { visible } from './visible.ts';

export type GlobalOptions = { json?: boolean; local?: string; as?: string; log?: boolean };

/** The context that every command works in. */
export type Session = {
  /** The name that the history records for changes. */
  by: string;
  /**
   * The settings of these groups, from the environment or from the system that runs on this machine. The first call
   * chooses between the two for the whole session. @throws {WrongSettings} {WrongUsage}
   */
  settings<Named extends Group>(groups: readonly Named[]): Promise<SettingsOf<Named>>;
  telemetry: Telemetry;
  progress: Progress;
  /** Prints a problem to standard error while the command goes on, and sets the exit code to `found`. */
  complain(line: string): void;
  /** Registers something to close at the end. */
  atEnd(close: () => unknown): void;
  close(): Promise<void>;
};

/** Reads no settings and opens no connection until a command needs them. */
export function openSession({ local, as, log = false }: GlobalOptions): Session {
  const closing: (() => unknown)[] = [];
  let finding: Promise<void> | undefined;
  const progress = createProgress(process.stderr);
  return {
    // Nobody has checked it.
    by: as ? `claimed:${as}` : 'operator',
    telemetry: createTelemetry(log),
    progress,
    async settings(groups) {
      finding ??= findEnvironment(process.env, groups, local);
      await finding;
      return readSettings(process.env, groups);
    },
    complain(line) {
      progress.clear();
      process.stderr.write(`error: ${visible(line)}\n`);
      process.exitCode = EXIT.found;
    },
    atEnd: (close) => void closing.push(close),
    async close() {
      progress.clear();
      for (const close of closing.splice(0).reverse()) await close();
    },
  };
}
