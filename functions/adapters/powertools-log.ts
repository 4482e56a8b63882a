import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../deletion/ports.ts';
import type { Settings } from '../settings.ts';

/** Structured log lines on standard output, where Lambda collects them. */
export function createPowertoolsLog(level: Settings['LOG_LEVEL']): Log {
  const logger = new Logger({ serviceName: 'video-deletion', logLevel: level });
  return {
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}) => logger.error(message, fields),
  };
}
