import { readFile } from 'node:fs/promises';
import { templatesOf } from './synthesised.ts';

/** A snippet of docs/RUNBOOK.md, and the heading that it stands under. */
export type Snippet = { heading: string; script: string };

/** The stacks that the runbook looks into, as they are synthesised for `prod`. */
export type RunbookStack = { outputs: string[]; resources: Record<string, string> };

/** A video that snippets may name. */
export const RUNBOOK_VIDEO = '01936b4e-0002-7000-8000-000000000001';

/** The definitions that stand first in the runbook, and every other snippet with them in front: a script for bash. */
export async function runbookSnippets(): Promise<{ definitions: string; scripts: Snippet[] }> {
  const text = await readFile('docs/RUNBOOK.md', 'utf8');
  const all = text.split(/^#+ /m).flatMap((section) => {
    const heading = section.split('\n')[0] ?? '';
    return [...section.matchAll(/(?:^ {4}.*\n)+/gm)].map(([block]) => ({
      heading,
      script: block.replaceAll(/^ {4}/gm, ''),
    }));
  });
  const [first, ...rest] = all;
  const definitions = first?.script ?? '';
  const functions = all.filter(({ script }) => /^\w+\(\) \{/m.test(script)).map(({ script }) => script);
  const before = ['set -eu', definitions, 'TOKEN=token', ...functions].join('\n');
  const scripts = rest.map(({ heading, script }) => {
    const named = script.replaceAll(/<videoId>/g, '$VIDEO');
    return { heading, script: `${before}\n${named}` };
  });
  return { definitions, scripts };
}

/** Of each stack by its name: `State`, `Service`, `Observability`. */
export function runbookStacks(): Record<string, RunbookStack> {
  const { state, service, observability } = templatesOf('prod');
  return Object.fromEntries(
    Object.entries({ State: state, Service: service, Observability: observability }).map(([name, template]) => {
      const resources = Object.entries(template.toJSON().Resources as Record<string, { Type: string }>);
      return [
        name,
        {
          outputs: Object.keys(template.findOutputs('*')),
          resources: Object.fromEntries(resources.map(([id, { Type }]) => [id, Type])),
        },
      ];
    }),
  );
}
