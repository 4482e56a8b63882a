import { mistakesBetween } from './setting-rules.ts';
import { type Group, SETTINGS, type Setting, type SettingsOf } from './setting-table.ts';

export { type Group, SETTINGS, type Settings, type SettingsOf } from './setting-table.ts';

/** Settings that are missing or wrong. The message is one line for each: its name, what was found, what is expected. */
export class WrongSettings extends Error {
  override name = 'WrongSettings';
}

const ALL = Object.keys(SETTINGS) as Group[];

/**
 * Reads the settings of these groups, by default of all; others are not looked at. Empty and missing are the same.
 * @throws {WrongSettings} naming every mistake; the value of a setting that may hold a password is not shown
 */
export function readSettings<Named extends Group = Group>(
  environment: Record<string, string | undefined>,
  groups: readonly Named[] = ALL as Named[],
): SettingsOf<Named> {
  const named = Object.assign({}, ...groups.map((group) => SETTINGS[group])) as Record<string, Setting>;
  const mistakes: string[] = [];
  const settings: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(named)) {
    const found = environment[name] || undefined;
    const { success, data } = setting.form.safeParse(found);
    if (success) settings[name] = data;
    else mistakes.push(mistakeIn(name, found, setting));
  }
  if (mistakes.length === 0) mistakes.push(...mistakesBetween(settings, named));
  if (mistakes.length > 0) throw new WrongSettings(mistakes.join('\n'));
  return settings as SettingsOf<Named>;
}

/**
 * Looks at the settings that are there, before anything is started that would provide the others.
 * @throws {WrongSettings} naming every mistake, as `readSettings` does
 */
export function checkSettings(environment: Record<string, string | undefined>): void {
  const named = Object.assign({}, ...Object.values(SETTINGS)) as Record<string, Setting>;
  const mistakes = Object.entries(named)
    .filter(([name, { form }]) => environment[name] && !form.safeParse(environment[name]).success)
    .map(([name, setting]) => mistakeIn(name, environment[name], setting));
  if (mistakes.length > 0) throw new WrongSettings(mistakes.join('\n'));
}

function mistakeIn(name: string, found: string | undefined, { expected, secret }: Setting): string {
  const what = found === undefined ? 'is not set' : secret ? 'is malformed' : `is "${found}"`;
  return `${name} ${what}, expected ${expected}`;
}
