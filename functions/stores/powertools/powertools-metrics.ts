import { Metrics as EmbeddedMetrics } from '@aws-lambda-powertools/metrics';
import type { Metrics } from '../../deletion/ports.ts';
import type { StepName } from '../../deletion/record/steps.ts';
import { METRIC_NAMESPACE, METRIC_SERVICE, METRIC_UNITS } from './metric-names.ts';

/**
 * Writes metrics in CloudWatch's embedded metric format to standard output, where Lambda collects them. `publish`
 * prints one line for each step and one for metrics without a step. Each figure carries the environment. Metrics that
 * are never published are lost.
 */
export function createPowertoolsMetrics(environment: string): Metrics & { publish(): void } {
  const all = new Map<StepName | undefined, EmbeddedMetrics>();
  const metricsOf = (step: StepName | undefined) => {
    const found = all.get(step) ?? embeddedMetrics(environment, step);
    all.set(step, found);
    return found;
  };
  return {
    record: (name, value, step) => void metricsOf(step).addMetric(name, METRIC_UNITS[name], value),
    publish() {
      for (const metrics of all.values()) if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}

function embeddedMetrics(environment: string, step: StepName | undefined): EmbeddedMetrics {
  return new EmbeddedMetrics({
    namespace: METRIC_NAMESPACE,
    serviceName: METRIC_SERVICE,
    defaultDimensions: { environment, ...(step && { step }) },
  });
}
