import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Column,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  Row,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { DeletionFunctions } from '../../deletion-functions.ts';
import type { Figures } from '../../metrics.ts';
import type { StateStack } from '../../stacks/state-stack.ts';
import type { DeletionApi } from '../state/deletion-api.ts';

export type DeletionDashboardProps = {
  queues: StateStack['queues'];
  api: DeletionApi;
  functions: DeletionFunctions;
  alarms: Alarm[];
  runbookUrl: string;
  figures: Figures;
};

const WHOLE = 24;
const HALF = 12;
const SUM = { statistic: 'Sum' };
const GREATEST = { statistic: 'Maximum' };

/** One page, the most urgent first: alarms, open work, finished work, slow steps, and the load of API and functions. */
export class DeletionDashboard extends Construct {
  constructor(scope: Construct, id: string, props: DeletionDashboardProps) {
    super(scope, id);
    const { figures } = props;
    const dashboard = new Dashboard(this, 'Dashboard', { defaultInterval: Duration.hours(12) });
    dashboard.addWidgets(
      new Row(new AlarmStatusWidget({ title: 'Alarms', alarms: props.alarms, width: WHOLE, height: 4 })),
      new Row(howToRead(props.runbookUrl)),
      new Row(...openNow(props.queues, figures)),
      new Row(...whatHappened(figures)),
      new Row(graph('Step failures', figures.reportedByStep('StepFailures', SUM)), stepTimes(figures)),
      new Row(...workload(props)),
    );
  }
}

function howToRead(runbookUrl: string): IWidget {
  const markdown = [
    `**A red alarm** has an article: [the runbook](${runbookUrl}#paged).`,
    '**Open** falls back to 0 some 15 minutes after the last request; a line that only rises is a deletion that is stuck.',
    '**Residue** must be 0: what came back while a deletion settled, and what the last search found of deletions that are done.',
  ].join(' ');
  return new TextWidget({ markdown, width: WHOLE, height: 2 });
}

function openNow(
  { cleanup, cleanupDeadLetters, edge, edgeDeadLetters }: StateStack['queues'],
  figures: Figures,
): IWidget[] {
  const depths = [cleanup, edge, cleanupDeadLetters, edgeDeadLetters].map((queue) =>
    queue.metricApproximateNumberOfMessagesVisible(GREATEST),
  );
  return [
    graph('Age of the oldest open deletion (s)', figures.reported('OldestOpenDeletionAge', GREATEST)),
    graph('Messages waiting, dead letters included', ...depths),
  ];
}

function whatHappened(figures: Figures): IWidget[] {
  const counts = [
    figures.reported('DeletionsRequested', SUM),
    figures.reported('DeletionsDeleted', SUM),
    figures.reported('DeletionsFailed', SUM),
    figures.reported('DeletionsHeld', SUM),
  ];
  // The search runs once a day, so its figures need a period of a day.
  const inSearch = { statistic: 'Maximum', period: Duration.days(1) };
  const residue = [
    figures.reported('ResidueFound', SUM),
    figures.reported('ResidueLeft', inSearch),
    figures.reported('OrphansFound', inSearch),
    figures.reported('InvariantsBroken', SUM),
    figures.reported('EvidenceMissing', SUM),
    figures.reported('GateNotClosed', SUM),
    figures.reported('ReceiptsNotSigned', SUM),
  ];
  const deleted = [
    figures.reported('ObjectsDeleted', SUM),
    figures.reported('RowsDeleted', SUM),
    figures.reported('BytesDeleted', SUM),
  ];
  return [
    graph('Deletions', ...counts),
    new Column(
      new SingleValueWidget({
        title: 'Residue, orphans, broken invariants, missing evidence',
        metrics: residue,
        width: HALF,
        height: 3,
      }),
      new SingleValueWidget({ title: 'Deleted', metrics: deleted, width: HALF, height: 3 }),
    ),
  ];
}

function stepTimes(figures: Figures): IWidget {
  return graph('Step time, slowest 1 % (ms)', figures.reportedByStep('StepTime', { statistic: 'p99' }));
}

function workload({ api, functions }: DeletionDashboardProps): IWidget[] {
  const errors = Object.values(functions).map((one) => one.metricErrors(SUM));
  return [
    graph('API', api.stage.metricCount(SUM), api.stage.metricClientError(SUM), api.stage.metricServerError(SUM)),
    graph('Errors of functions', ...errors),
  ];
}

function graph(title: string, ...left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: HALF, height: 6, leftYAxis: { min: 0 } });
}
