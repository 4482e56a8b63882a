import type { Telemetry } from '../functions/connect/connect.ts';
import { METRIC_NAMESPACE, METRIC_SERVICE, METRIC_UNITS } from '../functions/stores/powertools/metric-names.ts';

/**
 * The log and the figures of a command. They go to standard error, since standard output is the report's: log lines as the
 * functions write them, figures in CloudWatch's embedded metric format, so that a scheduled run counts like any function.
 * @param isWanted otherwise, nothing is written: a person reads the report
 */
export function createTelemetry(isWanted: boolean): Telemetry {
  const write = (line: object) => void (isWanted && process.stderr.write(`${JSON.stringify(line)}\n`));
  const log = (level: string) => (message: string, fields?: Record<string, unknown>) =>
    write({ level, message, timestamp: new Date().toISOString(), service: METRIC_SERVICE, ...fields });
  return {
    log: { info: log('INFO'), warn: log('WARN'), error: log('ERROR') },
    metrics: {
      record(name, value, step) {
        const dimensions = step ? ['service', 'step'] : ['service'];
        const metrics = [{ Name: name, Unit: METRIC_UNITS[name] }];
        write({
          _aws: {
            Timestamp: Date.now(),
            CloudWatchMetrics: [{ Namespace: METRIC_NAMESPACE, Dimensions: [dimensions], Metrics: metrics }],
          },
          service: METRIC_SERVICE,
          ...(step && { step }),
          [name]: value,
        });
      },
    },
  };
}
