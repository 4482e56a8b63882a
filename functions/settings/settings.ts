import { mistakesBetween } from './setting-rules.ts';
import { type Group, SETTINGS, type Setting, type SettingsOf } from './setting-table.ts';

export { LONGEST_WITHOUT_GATE_SECONDS } from './setting-rules.ts';
export { type Group, LONGEST_WINDOW_SECONDS, SETTINGS, type Settings, type SettingsOf } from './setting-table.ts';

/** Settings are missing or wrong. The message has a line for each: its name, what was found, what is expected. */
export class WrongSettings extends Error {
  override name = 'WrongSettings';
}

const ALL = Object.keys(SETTINGS) as Group[];

/**
 * Reads the settings of these groups, by default of all, and ignores others. An empty value counts as missing.
 * @throws {WrongSettings} with every mistake, but without the values of settings that may contain a password
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
 * Checks the settings that are present, before the parts that provide the others are started.
 * @throws {WrongSettings} with every mistake, like `readSettings`
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
