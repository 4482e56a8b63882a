import { beforeAll, expect, test } from 'vitest';
import { environmentNamed } from '../../lib/environment.ts';
import { serviceLevel } from '../../lib/service-level.ts';
import { type Templates, templatesOf } from '../support/synthesised.ts';

/** As the local queue has it, too. */
const MAX_RECEIVES = 5;
/** Lambda counts functions, we count workers: so many deletions at a time, whatever is queued. */
const MOST_WORKERS = 5;

let templates: Templates;
beforeAll(() => {
  templates = templatesOf('prod');
}, 120_000);

type Resource = { Properties: Record<string, unknown> & { MetricName?: string; Threshold?: number } };
const found = (stack: 'state' | 'service' | 'observability', type: string) =>
  Object.entries(templates[stack].findResources(type)) as [id: string, resource: Resource][];

/** The alarms on a figure; each must page somebody by itself. */
function pagingAlarms(metric: string): Resource['Properties'][] {
  const [[topic] = ['']] = found('observability', 'AWS::SNS::Topic');
  return found('observability', 'AWS::CloudWatch::Alarm').flatMap(([, { Properties }]) => {
    if (Properties.MetricName !== metric) return [];
    expect(Properties.AlarmActions).toEqual([{ Ref: topic }]);
    return [Properties];
  });
}

test('F22 as deployed, a message goes to the dead letters after five receives, and one dead letter pages', async ({
  annotate,
}) => {
  const queues = found('state', 'AWS::SQS::Queue').flatMap(([, { Properties }]) => Properties.RedrivePolicy ?? []);
  const targets = (queues as { maxReceiveCount: number; deadLetterTargetArn: { 'Fn::GetAtt': string[] } }[]).map(
    ({ maxReceiveCount, deadLetterTargetArn }) => {
      expect(maxReceiveCount).toBe(MAX_RECEIVES);
      return deadLetterTargetArn['Fn::GetAtt'][0] ?? '';
    },
  );
  expect(targets).toHaveLength(2);
  const alarms = pagingAlarms('ApproximateNumberOfMessagesVisible');
  for (const target of targets) {
    const [alarm, ...others] = alarms.filter(({ Dimensions }) => JSON.stringify(Dimensions).includes(target));
    expect(others).toEqual([]);
    expect(alarm).toMatchObject({ Threshold: 1, Statistic: 'Maximum', EvaluationPeriods: 1 });
    expect(alarm?.ComparisonOperator).toBe('GreaterThanOrEqualToThreshold');
  }
  await annotate(
    `${targets.length} dead-letter queues after ${MAX_RECEIVES} receives; an alarm at 1 message on each pages`,
  );
});

test('F23 as deployed, the age of the oldest open deletion pages, and so does a sweeper that says nothing', async ({
  annotate,
}) => {
  const [overdue, silent, ...others] = pagingAlarms('OldestOpenDeletionAge');
  expect(others).toEqual([]);
  const threshold = serviceLevel(environmentNamed('prod')).toSeconds();
  expect(overdue).toMatchObject({ Statistic: 'Maximum', Threshold: threshold });
  expect(overdue?.ComparisonOperator).toBe('GreaterThanOrEqualToThreshold');
  expect(silent).toMatchObject({ Statistic: 'SampleCount', TreatMissingData: 'breaching' });
  await annotate(`pages at an age of ${threshold} s, and when no age is reported`);
});

test('F34 as deployed, few workers take the deletions, one at a time each', async ({ annotate }) => {
  const sources = found('service', 'AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => Properties);
  const cleanup = sources.find(({ BatchSize }) => BatchSize === 1);
  expect(cleanup).toMatchObject({ ScalingConfig: { MaximumConcurrency: MOST_WORKERS } });
  for (const { ScalingConfig } of sources) {
    expect((ScalingConfig as { MaximumConcurrency: number }).MaximumConcurrency).toBeLessThanOrEqual(MOST_WORKERS);
  }
  await annotate(
    `MaximumConcurrency ${MOST_WORKERS}, 1 deletion a batch: ${MOST_WORKERS} deletions at a time at the most`,
  );
});
