import { readFileSync } from 'node:fs';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { RESERVED_FOR_SECOND_LOOK } from '../../../functions/deletion/orphans/find-orphans.ts';
import { METRIC_UNITS, METRICS_BY_STEP } from '../../../functions/stores/powertools/metric-names.ts';
import { ARTICLES } from '../../../lib/constructs/alarms/runbook-alarm.ts';
import { FUNCTION_SIZES } from '../../../lib/constructs/functions/function-sizes.ts';
import { environmentNamed } from '../../../lib/environment.ts';
import { ObservabilityStack } from '../../../lib/stacks/observability-stack.ts';
import { appForTests, deploymentForTests, templatesOf } from '../../support/synthesised.ts';

const environment = environmentNamed('prod');
const { runbookUrl } = environment.onCall;

let observability: Template;
beforeAll(() => {
  const app = appForTests();
  const { state, service } = deploymentForTests(app, environment);
  observability = Template.fromStack(new ObservabilityStack(app, 'Observability', { environment, state, service }));
});

type Alarm = {
  AlarmDescription: string;
  Namespace?: string;
  MetricName?: string;
  Dimensions?: { Name: string; Value: unknown }[];
};

function alarms(): Alarm[] {
  const types = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'];
  return types.flatMap((type) =>
    Object.values(observability.findResources(type)).map(({ Properties }) => Properties as Alarm),
  );
}

/** The articles of the runbook: anchor, as GitHub makes it of a heading, and text. Rehearsals are no article. */
function articles(): Map<string, string> {
  const [, ...sections] = readFileSync('docs/RUNBOOK.md', 'utf8').split(/^## /m);
  return new Map(
    sections
      .filter((section) => !section.startsWith('Rehearsing\n'))
      .map((section) => {
        const [title = '', ...text] = section.split('\n');
        return [
          title
            .toLowerCase()
            .replaceAll(/[^\w -]/g, '')
            .replaceAll(' ', '-'),
          text.join('\n'),
        ];
      }),
  );
}

describe('the runbook', () => {
  it('has an article for every alarm, and an alarm for every article', () => {
    const linked = alarms().map(({ AlarmDescription }) => AlarmDescription.split(`${runbookUrl}#`)[1]);
    expect(new Set(linked)).toEqual(new Set(articles().keys()));
    expect(new Set(ARTICLES)).toEqual(new Set(articles().keys()));
  });

  it('says in each what it means, how to find out more, and what to do', () => {
    for (const [anchor, text] of articles()) {
      const parts = [...text.matchAll(/^\*\*(\w+)\.\*\*/gm)].map(([, part]) => part);
      expect([anchor, parts]).toEqual([anchor, ['Description', 'Investigation', 'Resolution']]);
    }
  });

  it('names no resource that is not there', () => {
    const templates = templatesOf('prod');
    const text = readFileSync('docs/RUNBOOK.md', 'utf8');
    const named = [...text.matchAll(/resource (State|Service) (\w+) (AWS::\w+::\w+)/g)];
    expect(named.length).toBeGreaterThan(0);
    const missing = named.filter(([, stack, id, type = '']) => {
      const { [stack === 'State' ? 'state' : 'service']: template } = templates;
      return !Object.keys(template.findResources(type)).some((found) => found.slice(0, -8) === id);
    });
    expect(missing.map(([whole]) => whole)).toEqual([]);
  });

  it('links to no article that is not there', () => {
    const links = [...articles().values()].flatMap((text) =>
      [...text.matchAll(/\]\(#([\w-]+)\)/g)].map(([, to]) => to),
    );
    expect(links.filter((anchor) => !articles().has(anchor ?? ''))).toEqual([]);
  });
});

describe('the alarms', () => {
  it('read figures that the functions of this environment report, by service and step alone', () => {
    const ours = alarms().filter(({ Namespace }) => Namespace === 'VideoDeletion');
    expect(ours).not.toEqual([]);
    for (const { MetricName = '', Dimensions = [] } of ours) {
      expect(Object.keys(METRIC_UNITS)).toContain(MetricName);
      const isByStep = METRICS_BY_STEP.some((name) => name === MetricName);
      expect(Dimensions.map(({ Name }) => Name).sort()).toEqual([
        'environment',
        'service',
        ...(isByStep ? ['step'] : []),
      ]);
      expect(Dimensions).toContainEqual({ Name: 'environment', Value: environment.name });
    }
  });

  it.each([
    ['ResidueFound', { Threshold: 1, EvaluationPeriods: 1 }],
    ['ResidueLeft', { Threshold: 1, EvaluationPeriods: 1 }],
    ['InvariantsBroken', { Threshold: 1, EvaluationPeriods: 1 }],
    ['EvidenceMissing', { Threshold: 1, EvaluationPeriods: 1 }],
    ['ReceiptsNotSigned', { Threshold: 3, EvaluationPeriods: 1, Period: 900 }],
    ['GateNotClosed', { Threshold: 1, EvaluationPeriods: 1 }],
    ['OrphansFound', { Threshold: 1, EvaluationPeriods: 1, Period: 86_400 }],
    ['DeletionsFailed', { Threshold: 1, EvaluationPeriods: 1 }],
    ['DeletionsHeld', { Threshold: 1, EvaluationPeriods: 1 }],
    ['ApproximateNumberOfMessagesVisible', { Threshold: 1, EvaluationPeriods: 1 }],
    // Undo window, settling and an hour, in seconds.
    ['OldestOpenDeletionAge', { Threshold: 900 + 3600, Statistic: 'Maximum' }],
    ['DatabaseConnectionsCurrentlySessionPinned', { Threshold: 1 }],
  ])('go off when %s does not stay where it should', (metricName, properties) => {
    observability.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: metricName, ...properties });
  });

  it('take silence of the sweeper and of the daily search for bad news, and of nothing else', () => {
    const breaching = observability.findResources('AWS::CloudWatch::Alarm', {
      Properties: { TreatMissingData: 'breaching' },
    });
    const silences = Object.values(breaching).map(
      ({ Properties: { MetricName, Statistic, Period, EvaluationPeriods } }) => {
        return [MetricName, Statistic, Period * EvaluationPeriods];
      },
    );
    expect(silences).toEqual([
      ['OldestOpenDeletionAge', 'SampleCount', 600],
      ['OrphansFound', 'SampleCount', 2 * 86_400],
    ]);
  });

  it('watch each worker at 80 % of its own timeout', () => {
    const near = observability.findResources('AWS::CloudWatch::Alarm', { Properties: { MetricName: 'Duration' } });
    expect(Object.values(near).map(({ Properties }) => Properties.Threshold)).toEqual([
      240_000, 48_000, 44_000, 720_000,
    ]);
  });

  it('notice a search that ran out of time, the first time', () => {
    const [near] = Object.values(
      observability.findResources('AWS::CloudWatch::Alarm', {
        Properties: { MetricName: 'Duration', Threshold: 720_000 },
      }),
    );
    expect(near?.Properties.EvaluationPeriods).toBe(1);
    const longest = FUNCTION_SIZES['find-orphans'].timeout.toMilliseconds();
    expect(longest - RESERVED_FOR_SECOND_LOOK).toBeGreaterThan(near?.Properties.Threshold);
  });

  it('page for each that is urgent by itself, so that one that stays red silences no other', () => {
    const [page] = Object.values(observability.findResources('AWS::CloudWatch::CompositeAlarm'));
    const rule = JSON.stringify(page?.Properties.AlarmRule);
    const alarms = Object.entries(observability.findResources('AWS::CloudWatch::Alarm'));
    const urgent = alarms.filter(([id]) => rule.includes(id));
    expect(urgent.length).toBeGreaterThan(8);
    const [topic] = Object.keys(observability.findResources('AWS::SNS::Topic'));
    for (const [id, { Properties }] of urgent)
      expect([id, Properties.AlarmActions, Properties.OKActions]).toEqual([id, [{ Ref: topic }], [{ Ref: topic }]]);
    // A composite alarm acts on its own changes only.
    expect(page?.Properties).not.toHaveProperty('AlarmActions');
  });

  it('reach people: CloudWatch may publish to the topic and use its key, for this account alone', () => {
    const isCloudWatch = ({ Principal = {}, Effect }: { Principal?: { Service?: string }; Effect: string }) =>
      Effect === 'Allow' && Principal.Service === 'cloudwatch.amazonaws.com';
    const ofAccount = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
    const [topic] = Object.values(observability.findResources('AWS::SNS::TopicPolicy'));
    const [key] = Object.values(observability.findResources('AWS::KMS::Key'));
    expect(topic?.Properties.PolicyDocument.Statement.filter(isCloudWatch)).toMatchObject([
      { Action: 'sns:Publish', Condition: ofAccount },
    ]);
    expect(key?.Properties.KeyPolicy.Statement.filter(isCloudWatch)).toMatchObject([
      { Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Condition: ofAccount },
    ]);
  });

  it('know what is urgent, and go over a topic that is encrypted and takes nothing in the clear', () => {
    const [page] = Object.values(observability.findResources('AWS::CloudWatch::CompositeAlarm'));
    const rule = JSON.stringify(page?.Properties.AlarmRule);
    for (const urgent of ['DeadLetters', 'Overdue', 'Failed', 'Residue', 'Storage', 'ServerErrors', 'SilentSweeper']) {
      expect(rule).toContain(urgent);
    }
    expect(rule).toContain('ResidueLeft');
    expect(rule).not.toMatch(/Held|Orphans|SilentSearch/);
    observability.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
    observability.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: environment.onCall.email,
    });
    observability.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });
});

it('every alarm has a way to a person: it pages, or it is on the dashboard for the morning', () => {
  const all = Object.entries(observability.findResources('AWS::CloudWatch::Alarm'));
  const [dashboard] = Object.values(observability.findResources('AWS::CloudWatch::Dashboard'));
  const body = JSON.stringify(dashboard?.Properties.DashboardBody);
  for (const [id, { Properties }] of all) {
    expect([id, body.includes(`"${id}"`)]).toEqual([id, true]);
    expect([id, Properties.ActionsEnabled]).not.toEqual([id, false]);
  }
  expect(all.filter(([, { Properties }]) => Properties.AlarmActions?.length > 0).length).toBeGreaterThan(9);
});

it('the dashboard shows every figure that the functions report', () => {
  const [dashboard] = Object.values(observability.findResources('AWS::CloudWatch::Dashboard'));
  const body = JSON.stringify(dashboard?.Properties.DashboardBody);
  for (const name of Object.keys(METRIC_UNITS)) expect(body).toContain(name);
});
