import { expect, test } from 'vitest';
import { environmentNamed } from '../../lib/environment.ts';
import { synthesise, templatesOf } from '../support/synthesised.ts';

type Properties = Record<string, unknown>;
const found = (template: ReturnType<typeof templatesOf>['observability'], type: string) =>
  Object.entries(template.findResources(type)).map(([id, { Properties }]): Properties & { id: string } => ({
    ...(Properties as Properties),
    id,
  }));

type Alarm = { id: string; AlarmActions?: unknown; Metrics?: unknown[]; Dimensions?: unknown; Namespace?: string };

test.each(['dev', 'staging', 'prod'])(
  'F68 as deployed in %s, CloudWatch may publish, and nobody else without TLS',
  (name) => {
    const { observability } = templatesOf(name);
    const [topic] = found(observability, 'AWS::SNS::Topic');
    const [policy] = found(observability, 'AWS::SNS::TopicPolicy');
    const { Statement } = (policy as unknown as { PolicyDocument: { Statement: Properties[] } }).PolicyDocument;
    expect(Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: { Ref: topic?.id },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    );
    const key = JSON.stringify(found(observability, 'AWS::KMS::Key').map(({ KeyPolicy }) => KeyPolicy));
    expect(key).toMatch(
      /"kms:Decrypt","kms:GenerateDataKey"\][^{]*\{"StringEquals":\{"aws:SourceAccount"[^}]*\}\}[^}]*\},"Effect":"Allow","Principal":\{"Service":"cloudwatch.amazonaws.com"/,
    );
  },
);

test('F68 each urgent alarm pages by itself, so that a red one silences no other', () => {
  const { observability } = templatesOf('prod');
  const [topic] = found(observability, 'AWS::SNS::Topic');
  const [page] = found(observability, 'AWS::CloudWatch::CompositeAlarm') as unknown as {
    AlarmRule: unknown;
    AlarmActions?: unknown;
  }[];
  const rule = JSON.stringify(page?.AlarmRule);
  const alarms = found(observability, 'AWS::CloudWatch::Alarm') as unknown as Alarm[];
  const urgent = alarms.filter(({ id }) => rule.includes(`"${id}"`));
  expect(urgent.length).toBeGreaterThan(5);
  for (const { id, AlarmActions } of urgent) expect([id, AlarmActions]).toEqual([id, [{ Ref: topic?.id }]]);
  expect(page).not.toHaveProperty('AlarmActions');
});

test('F68 no alarm needs more than the ten metrics that CloudWatch takes', () => {
  const alarms = found(templatesOf('prod').observability, 'AWS::CloudWatch::Alarm') as unknown as Alarm[];
  const counts = alarms.map(({ Metrics = [] }) => Metrics.length);
  expect(counts.length).toBeGreaterThan(10);
  expect(Math.max(...counts)).toBeLessThanOrEqual(10);
});

test('F68 two environments of one account never answer for each other', () => {
  const figuresOf = (name: string) => {
    const { observability } = synthesise({ ...environmentNamed('prod'), name });
    const alarms = found(observability, 'AWS::CloudWatch::Alarm') as unknown as Alarm[];
    return alarms
      .filter(({ Namespace }) => Namespace === 'VideoDeletion')
      .map(({ Dimensions }) => JSON.stringify(Dimensions));
  };
  const [first, second] = [figuresOf('prod'), figuresOf('prod-eu')];
  expect(first.length).toBeGreaterThan(5);
  expect(first.filter((figure) => second.includes(figure))).toEqual([]);
});
