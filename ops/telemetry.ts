import type { Telemetry } from '../functions/connect/connect.ts';
import { readSettings } from '../functions/settings/settings.ts';
import { METRIC_NAMESPACE, METRIC_SERVICE, METRIC_UNITS } from '../functions/stores/powertools/metric-names.ts';

/**
 * The log and the metrics of a command. They go to standard error, because standard output carries the report. Log
 * lines have the functions' format and metrics CloudWatch's embedded metric format, so the alarms count a scheduled run
 * like any function.
 * @param isWanted false: nothing is written, because a person reads the report
 */
export function createTelemetry(isWanted: boolean): Telemetry {
  const write = (line: object) => void (isWanted && process.stderr.write(`${JSON.stringify(line)}\n`));
  const log = (level: string) => (message: string, fields?: Record<string, unknown>) =>
    write({ level, message, timestamp: new Date().toISOString(), service: METRIC_SERVICE, ...fields });
  return {
    log: { info: log('INFO'), warn: log('WARN'), error: log('ERROR') },
    metrics: {
      record(name, value, step) {
        const dimensions = ['service', 'environment', ...(step ? ['step'] : [])];
        const metrics = [{ Name: name, Unit: METRIC_UNITS[name] }];
        write({
          _aws: {
            Timestamp: Date.now(),
            CloudWatchMetrics: [{ Namespace: METRIC_NAMESPACE, Dimensions: [dimensions], Metrics: metrics }],
          },
          service: METRIC_SERVICE,
          environment: readSettings(process.env, ['log']).ENVIRONMENT_NAME,
          ...(step && { step }),
          [name]: value,
        });
      },
    },
  };
}
