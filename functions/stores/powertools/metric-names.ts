import type { MetricName } from '../../deletion/ports.ts';

/** Where CloudWatch keeps the figures, and the value of their one common dimension, `service`. */
export const METRIC_NAMESPACE = 'VideoDeletion';
export const METRIC_SERVICE = 'video-deletion';

/** Every figure with its unit in CloudWatch's words: one list for the functions, the alarms and the dashboard. */
export const METRIC_UNITS = {
  DeletionsRequested: 'Count',
  DeletionsDeleted: 'Count',
  DeletionsFailed: 'Count',
  DeletionsHeld: 'Count',
  ObjectsDeleted: 'Count',
  BytesDeleted: 'Bytes',
  RowsDeleted: 'Count',
  StepFailures: 'Count',
  StepTime: 'Milliseconds',
  OldestOpenDeletionAge: 'Seconds',
  ResidueFound: 'Count',
  OrphansFound: 'Count',
  ResidueLeft: 'Count',
  InvariantsBroken: 'Count',
} as const satisfies Record<MetricName, string>;

/** These are told apart by a second dimension, `step`: the name of the step. They do not exist without it. */
export const METRICS_BY_STEP = ['StepFailures', 'StepTime'] as const satisfies readonly MetricName[];
