import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Place } from '../functions/deletion/data-map/data-map.ts';
import {
  METRIC_NAMESPACE,
  METRIC_SERVICE,
  type METRIC_UNITS,
  type METRICS_BY_STEP,
} from '../functions/stores/powertools/metric-names.ts';

type StepMetricName = (typeof METRICS_BY_STEP)[number];
export type MetricName = Exclude<keyof typeof METRIC_UNITS, StepMetricName>;

type Reading = {
  /** How the values of a period are aggregated: `Sum`, `Maximum`, `p99`, … */
  statistic: string;
  /** Default: 5 minutes. */
  period?: Duration;
};

const FIVE_MINUTES = Duration.minutes(5);

/** The figures of one environment. Two environments in one account never answer for each other. */
export class Figures {
  private readonly dimensions: { service: string; environment: string };

  constructor(environment: string) {
    this.dimensions = { service: METRIC_SERVICE, environment };
  }

  /** A metric that the functions report. */
  reported(metricName: MetricName, { statistic, period = FIVE_MINUTES }: Reading): Metric {
    const dimensionsMap = this.dimensions;
    return new Metric({ namespace: METRIC_NAMESPACE, metricName, dimensionsMap, statistic, period });
  }

  /** A metric that the functions report for each step, here for one step. */
  reportedFor(step: Place['step'], metricName: StepMetricName, reading: Reading): Metric {
    const { statistic, period = FIVE_MINUTES } = reading;
    const dimensionsMap = { ...this.dimensions, step };
    return new Metric({ namespace: METRIC_NAMESPACE, metricName, dimensionsMap, statistic, period });
  }

  /** A metric that the functions report for each step, as one line for each step. For dashboards only. */
  reportedByStep(metricName: StepMetricName, { statistic }: Reading): MathExpression {
    const { service, environment } = this.dimensions;
    const schema = `{${METRIC_NAMESPACE},service,environment,step}`;
    const search = `${schema} service="${service}" environment="${environment}" MetricName="${metricName}"`;
    const expression = `SEARCH('${search}', '${statistic}')`;
    return new MathExpression({ expression, usingMetrics: {}, label: '', period: FIVE_MINUTES });
  }
}
