import type { Template } from 'aws-cdk-lib/assertions';

type Token = { Ref: string } | { 'Fn::GetAtt': [string, string] };
type Text = string | { 'Fn::Join': ['', (string | Token)[]] };

/**
 * The definition (ASL) of the template's only state machine, with `aws` as the partition, and logical ids for
 * references.
 */
export function definitionIn(template: Template): object {
  const [machine] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  return JSON.parse(plain(machine?.Properties.DefinitionString)) as object;
}

function plain(text: Text): string {
  if (typeof text === 'string') return text;
  return text['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : standInFor(part))).join('');
}

function standInFor(token: Token): string {
  if ('Fn::GetAtt' in token) return token['Fn::GetAtt'][0];
  return token.Ref === 'AWS::Partition' ? 'aws' : token.Ref;
}
