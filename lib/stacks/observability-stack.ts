import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { AlarmRule, CompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Construct } from 'constructs';
import { AlarmTopic } from '../constructs/alarms/alarm-topic.ts';
import { CapacityAlarms } from '../constructs/alarms/capacity-alarms.ts';
import { DeletionDashboard } from '../constructs/alarms/deletion-dashboard.ts';
import { PromiseAlarms } from '../constructs/alarms/promise-alarms.ts';
import { describedIn } from '../constructs/alarms/runbook-alarm.ts';
import type { Environment } from '../environment.ts';
import { Figures } from '../metrics.ts';
import { serviceLevel } from '../service-level.ts';
import type { ServiceStack } from './service-stack.ts';
import type { StateStack } from './state-stack.ts';

export type ObservabilityStackProps = StackProps & {
  environment: Environment;
  state: StateStack;
  service: ServiceStack;
};

/**
 * Alarms and a dashboard for the engineer on call. Each alarm that cannot wait pages by itself: a composite alarm acts
 * only when the first of them turns red.
 */
export class ObservabilityStack extends Stack {
  constructor(scope: Construct, id: string, { environment, state, service, ...props }: ObservabilityStackProps) {
    super(scope, id, { description: 'Video deletion: alarms, dashboard', ...props });
    const { queues } = state;
    const { api, functions, platform } = service;
    const { runbookUrl, email } = environment.onCall;
    const figures = new Figures(environment.name);
    const { proxyName } = platform.database;
    const promises = new PromiseAlarms(this, 'Promises', {
      queues,
      slo: serviceLevel(environment),
      runbookUrl,
      figures,
    });
    const capacity = new CapacityAlarms(this, 'Capacity', {
      api,
      functions,
      runbookUrl,
      ...(proxyName && { proxyName }),
    });

    const urgent = [...promises.urgent, capacity.serverErrors];
    new CompositeAlarm(this, 'Page', {
      alarmRule: AlarmRule.anyOf(...urgent),
      alarmDescription: describedIn({ meaning: 'An urgent alarm is red.', article: 'paged', runbookUrl }),
    });
    const topic = new AlarmTopic(this, 'Alarms', { email });
    for (const alarm of urgent) {
      alarm.addAlarmAction(new SnsAction(topic));
      alarm.addOkAction(new SnsAction(topic));
    }
    new CfnOutput(this, 'AlarmTopic', { value: topic.topicArn });

    const alarms = [...urgent, ...promises.forTheMorning, ...capacity.forTheMorning];
    new DeletionDashboard(this, 'Dashboard', { queues, api, functions, alarms, runbookUrl, figures });
  }
}
