import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { DeletionFunctions } from '../../deletion-functions.ts';
import { FUNCTION_SIZES, type FunctionName } from '../functions/function-sizes.ts';
import type { DeletionApi } from '../state/deletion-api.ts';
import { RunbookAlarm, type RunbookAlarmProps } from './runbook-alarm.ts';

export type CapacityAlarmsProps = {
  api: DeletionApi;
  functions: DeletionFunctions;
  /** The name of the RDS Proxy. Absent: there is no proxy, or its name is not known. */
  proxyName?: string;
  runbookUrl: string;
};

type Definition = Omit<RunbookAlarmProps, 'runbookUrl'>;

/**
 * The functions that run in the background. Nobody waits for them, so only an alarm shows that they have become slow.
 */
const WORKERS: readonly FunctionName[] = ['cleanup', 'invalidate-edge', 'sweep', 'find-orphans'];
/** The share of its timeout from which a run counts as near it. */
const NEAR = 0.8;
const FIVE_MINUTES = Duration.minutes(5);

/**
 * Alarms for capacity that runs out. Only the API's errors page somebody, because owners see them; the rest can wait
 * until morning.
 */
export class CapacityAlarms extends Construct {
  readonly serverErrors: RunbookAlarm;
  readonly forTheMorning: RunbookAlarm[];

  constructor(scope: Construct, id: string, { api, functions, proxyName, runbookUrl }: CapacityAlarmsProps) {
    super(scope, id);
    const add = (name: string, definition: Definition) => new RunbookAlarm(this, name, { ...definition, runbookUrl });
    this.serverErrors = add('ServerErrors', {
      article: 'the-api-answers-5xx',
      meaning: 'The API keeps answering 5xx.',
      metric: api.stage.metricServerError({ statistic: 'Sum', period: FIVE_MINUTES }),
      threshold: 5,
      periods: 2,
    });
    this.forTheMorning = [
      add('Throttles', {
        article: 'functions-are-throttled',
        meaning: 'Lambda throttles functions: the concurrency of the account is used up.',
        metric: throttlesOf(functions),
        threshold: 1,
        periods: 3,
      }),
      ...WORKERS.map((name) => add(`NearTimeout-${name}`, nearTimeout(name, functions))),
      ...(proxyName ? [add('PinnedSessions', pinnedSessions(proxyName))] : []),
    ];
  }
}

/**
 * Without the function of deployments: an alarm takes ten metrics, its own sum among them
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html).
 */
function throttlesOf({ migrate: _, ...functions }: DeletionFunctions): IMetric {
  const named = Object.values(functions).map((one, index) => [`f${index}`, one.metricThrottles()] as const);
  return new MathExpression({
    expression: named.map(([name]) => name).join(' + '),
    usingMetrics: Object.fromEntries(named),
    label: 'Throttles',
    period: FIVE_MINUTES,
  });
}

function nearTimeout(name: FunctionName, functions: DeletionFunctions): Definition {
  return {
    article: 'a-worker-comes-near-its-timeout',
    meaning: `The slowest runs of ${name} take more than 80 % of its timeout.`,
    metric: functions[name].metricDuration({ statistic: 'p99', period: FIVE_MINUTES }),
    threshold: FUNCTION_SIZES[name].timeout.toMilliseconds() * NEAR,
    // `find-orphans` runs once a day, so it cannot be slow in three periods in a row.
    periods: name === 'find-orphans' ? 1 : 3,
  };
}

/**
 * A pinned session keeps its database connection until the client disconnects, so the proxy cannot share it:
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-pinning.html
 */
function pinnedSessions(proxyName: string): Definition {
  return {
    article: 'database-sessions-are-pinned',
    meaning: 'RDS Proxy has pinned sessions to connections of the database.',
    metric: new Metric({
      namespace: 'AWS/RDS',
      metricName: 'DatabaseConnectionsCurrentlySessionPinned',
      dimensionsMap: { ProxyName: proxyName },
      statistic: 'Maximum',
      period: FIVE_MINUTES,
    }),
    threshold: 1,
    periods: 3,
  };
}
