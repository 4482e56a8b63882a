import type { Template } from 'aws-cdk-lib/assertions';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';
import type { Templates } from './synthesised.ts';

/** One action that a role may do on one resource. */
export type Right = { action: string; resource: string; condition?: unknown };

type Statement = { Effect: string; Action: string | string[]; Resource: unknown; Condition?: unknown };
type Document = { Statement: Statement[] };
type Resource = { Type: string; Properties: Record<string, unknown> };

const asList = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);
const jsonOf = (template: Template) =>
  template.toJSON() as { Resources: Record<string, Resource>; Outputs?: Record<string, { Value: unknown }> };

/** All that every role of a stack is allowed, by the role's logical id. */
export function rightsByRole(templates: Templates, stack: keyof Templates): Map<string, Right[]> {
  const rights = new Map<string, Right[]>();
  const add = (role: string, document: Document) =>
    rights.set(role, [...(rights.get(role) ?? []), ...rightsIn(document, templates)]);

  for (const [id, { Type, Properties }] of Object.entries(jsonOf(templateOf(templates, stack)).Resources)) {
    if (Type === 'AWS::IAM::Role') {
      const inline = (Properties.Policies ?? []) as { PolicyDocument: Document }[];
      for (const { PolicyDocument } of inline) add(id, PolicyDocument);
    }
    if (Type === 'AWS::IAM::Policy') {
      for (const { Ref } of Properties.Roles as { Ref: string }[]) add(Ref, Properties.PolicyDocument as Document);
    }
  }
  return rights;
}

/** What each of our functions may do, by the name of its entry point. */
export function rightsByFunction(templates: Templates): Map<string, Right[]> {
  const byRole = rightsByRole(templates, 'service');
  const ours = Object.values(templates.service.findResources('AWS::Lambda::Function')).flatMap(({ Properties }) => {
    const [, entry] = /^Video deletion: (.+)$/.exec(String(Properties.Description)) ?? [];
    const role = String(Properties.Role['Fn::GetAtt'][0]);
    return entry === undefined ? [] : [[entry, byRole.get(role) ?? []] as const];
  });
  return new Map(ours);
}

function rightsIn({ Statement }: Document, templates: Templates): Right[] {
  return Statement.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action, Resource, Condition }) =>
    asList(Action).flatMap((action) =>
      asList(Resource).map((resource) => ({
        action,
        resource: readable(resource, templates),
        ...(Condition !== undefined && { condition: Condition }),
      })),
    ),
  );
}

/**
 * An ARN in a form for people, which is the same with and without credentials: `arn:aws:events:::event-bus/default`,
 * and `<State.Tombstones.Arn>/index/due` for a resource of the stack State.
 */
function readable(resource: unknown, templates: Templates): string {
  return flattenCfnReference(withoutOutputs(resource, templates))
    .replaceAll(/(?<=<[\w.]+)[0-9A-F]{8}(?=[.>])/g, '')
    .replaceAll(/<AWS::\w+>/g, '')
    .replace(/^arn:[^:]*:([^:]+):[^:]*:[^:]*:/, 'arn:aws:$1:::');
}

/** In the place of another stack's output, what that stack puts out. */
function withoutOutputs(value: unknown, templates: Templates): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutOutputs(one, templates));
  if (typeof value !== 'object' || value === null) return value;
  const [[key, inner] = ['']] = Object.entries(value);
  if (key !== 'Fn::GetStackOutput') {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutOutputs(one, templates)]));
  }
  const { StackName, OutputName } = inner as { StackName: string; OutputName: string };
  const stack = StackName.replace(/^.*-/, '');
  const output = jsonOf(templateOf(templates, stack.toLowerCase() as keyof Templates)).Outputs?.[OutputName]?.Value;
  const reference = flattenCfnReference(output);
  return reference.startsWith('<') ? `<${stack}.${reference.slice(1)}` : reference;
}

function templateOf(templates: Templates, stack: keyof Templates): Template {
  const template = templates[stack];
  if (!template) throw new Error(`This environment has no stack ${stack}`);
  return template;
}
