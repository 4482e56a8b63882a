import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import type { Log } from '../../deletion/ports.ts';
import type { Settings } from '../../settings/settings.ts';
import { METRIC_SERVICE } from './metric-names.ts';

/**
 * Writes structured log lines to standard output, where Lambda collects them. After `begin`, each line names the
 * invocation: function, request id, cold start.
 */
export function createPowertoolsLog(level: Settings['LOG_LEVEL']): Log & { begin(context: Context): void } {
  const logger = new Logger({ serviceName: METRIC_SERVICE, logLevel: level });
  return {
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}) => logger.error(message, fields),
    begin: (context) => logger.addContext(context),
  };
}
