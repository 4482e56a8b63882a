import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { SETTINGS } from '../../functions/settings/settings.ts';

const FILE = 'docs/SETTINGS.md';

const ABOUT = `# Settings

What the functions read from their environment. The CDK sets all of it from
[lib/environments.ts](../lib/environments.ts); you need this page where you run a function elsewhere, or want to know
what one was told. A value that is missing or malformed is reported in one line each when the function starts. An empty
value counts as missing. \`AWS_REGION\`, credentials and \`AWS_ENDPOINT_URL_…\` work as in every program that uses the
SDK.

This page is written by \`npm run docs:settings\`.
`;

/** The groups of settings that each function reads, as its source names them. */
function groupsByFunction(): Map<string, string[]> {
  const files = readdirSync('functions').filter((name) => name.endsWith('.ts'));
  return new Map(
    files.map((file) => {
      const [, groups = ''] = /onFirstUse\(\s*\[([^\]]+)\]/.exec(readFileSync(`functions/${file}`, 'utf8')) ?? [];
      return [file.replace('.ts', ''), [...groups.matchAll(/'(\w+)'/g)].map(([, group = '']) => group)];
    }),
  );
}

/** The functions that read a group, in one cell. */
function readersOf(group: string, all: ReadonlyMap<string, string[]>): string {
  const readers = [...all].filter(([, groups]) => groups.includes(group)).map(([name]) => name);
  return readers.length === all.size ? 'all' : readers.map((name) => `\`${name}\``).join(', ') || '–';
}

/** The page, from the table that the functions themselves parse with. */
export function settingsPage(): string {
  const functions = groupsByFunction();
  const sections = Object.entries(SETTINGS).map(([group, settings]) => {
    const rows = Object.entries(settings).map(([name, { form, expected, secret }]) => {
      const { success, data } = form.safeParse(undefined);
      const otherwise = !success ? 'must be set' : data === undefined ? 'none' : `\`${String(data)}\``;
      return `| \`${name}\` | ${expected.replaceAll('|', '\\|')}${secret ? ' (never shown)' : ''} | ${otherwise} |`;
    });
    return [
      `## ${group}`,
      '',
      `Read by ${readersOf(group, functions)}.`,
      '',
      '| setting | expected | default |',
      '|---|---|---|',
      ...rows,
      '',
    ].join('\n');
  });
  return `${[ABOUT, ...sections].join('\n').trimEnd()}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(FILE, settingsPage());
