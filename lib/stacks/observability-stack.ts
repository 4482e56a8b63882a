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
import { serviceLevel } from '../service-level.ts';
import type { ServiceStack } from './service-stack.ts';
import type { StateStack } from './state-stack.ts';

export type ObservabilityStackProps = StackProps & {
  environment: Environment;
  state: StateStack;
  service: ServiceStack;
};

/** Alarms and a dashboard for the engineer on call. One composite alarm pages for everything that cannot wait. */
export class ObservabilityStack extends Stack {
  constructor(scope: Construct, id: string, { environment, state, service, ...props }: ObservabilityStackProps) {
    super(scope, id, { description: 'Video deletion: alarms, dashboard', ...props });
    const { queues } = state;
    const { api, functions, platform } = service;
    const { runbookUrl, email } = environment.onCall;
    const { proxyName } = platform.database;
    const promises = new PromiseAlarms(this, 'Promises', { queues, slo: serviceLevel(environment), runbookUrl });
    const capacity = new CapacityAlarms(this, 'Capacity', {
      api,
      functions,
      runbookUrl,
      ...(proxyName && { proxyName }),
    });

    const urgent = [...promises.urgent, capacity.serverErrors];
    const page = new CompositeAlarm(this, 'Page', {
      alarmRule: AlarmRule.anyOf(...urgent),
      alarmDescription: describedIn({ meaning: 'Somebody has to look now.', article: 'paged', runbookUrl }),
    });
    const topic = new AlarmTopic(this, 'Alarms', { email });
    page.addAlarmAction(new SnsAction(topic));
    page.addOkAction(new SnsAction(topic));
    new CfnOutput(this, 'AlarmTopic', { value: topic.topicArn });

    const alarms = [...urgent, ...promises.forTheMorning, ...capacity.forTheMorning];
    new DeletionDashboard(this, 'Dashboard', { queues, api, functions, alarms, runbookUrl });
  }
}
