import type { Telemetry } from '../functions/connect/connect.ts';
import { type Group, readSettings, type SettingsOf } from '../functions/settings/settings.ts';
import { EXIT } from './exits.ts';
import { findEnvironment } from './find-environment.ts';
import { createProgress, type Progress } from './progress.ts';
import { createTelemetry } from './telemetry.ts';

export type GlobalOptions = { json?: boolean; local?: string; as?: string; log?: boolean };

/** What every command works with. */
export type Session = {
  /** Who the history names. */
  by: string;
  /**
   * The settings of these groups: of the environment, or of the system that runs here. What they lead to stays the same for the
   * whole session. @throws {WrongSettings} {WrongUsage}
   */
  settings<Named extends Group>(groups: readonly Named[]): Promise<SettingsOf<Named>>;
  telemetry: Telemetry;
  progress: Progress;
  /** Says what is wrong, beside what the command reports; the exit code is that of something found. */
  complain(line: string): void;
  /** What is to be closed at the end. */
  atEnd(close: () => unknown): void;
  close(): Promise<void>;
};

/** Opens nothing before it is asked for. */
export function openSession({ local, as, log = false }: GlobalOptions): Session {
  const closing: (() => unknown)[] = [];
  let finding: Promise<void> | undefined;
  const progress = createProgress(process.stderr);
  return {
    by: as ?? 'operator',
    telemetry: createTelemetry(log),
    progress,
    async settings(groups) {
      finding ??= findEnvironment(process.env, groups, local);
      await finding;
      return readSettings(process.env, groups);
    },
    complain(line) {
      progress.clear();
      process.stderr.write(`error: ${line}\n`);
      process.exitCode = EXIT.found;
    },
    atEnd: (close) => void closing.push(close),
    async close() {
      progress.clear();
      for (const close of closing.splice(0).reverse()) await close();
    },
  };
}
