import type { Telemetry } from '../functions/connect/connect.ts';
import { type Group, readSettings, type SettingsOf } from '../functions/settings/settings.ts';
import { EXIT, WrongUsage } from './exits.ts';
import { findEnvironment, type Place } from './find-environment.ts';
import { identityOf } from './identity.ts';
import { createProgress, type Progress } from './progress.ts';
import { createTelemetry } from './telemetry.ts';
import { visible } from './visible.ts';

export type GlobalOptions = { json?: boolean; local?: string; as?: string; log?: boolean };

/** The context that every command works in. */
export type Session = {
  /**
   * Who the history records for a change: on AWS, whoever the credentials belong to; elsewhere what `--as` claims. Ask
   * after `settings`. @throws {WrongUsage} for `--as` on AWS
   */
  operator(): Promise<string>;
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
  let finding: Promise<Place> | undefined;
  const progress = createProgress(process.stderr);
  return {
    async operator() {
      // Nobody has checked what is claimed.
      if (!finding) throw new Error('Who it is depends on the system: ask for settings first');
      if ((await finding) !== 'aws') return as ? `claimed:${as}` : 'operator';
      if (as)
        throw new WrongUsage(
          '--as (OPERATOR_ID) is for a system on this machine: AWS knows whose credentials these are',
        );
      return await identityOf();
    },
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
