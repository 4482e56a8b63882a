import type { MetricName } from '../../deletion/ports.ts';

/** The namespace of the metrics in CloudWatch, and the value of their common dimension, `service`. */
export const METRIC_NAMESPACE = 'VideoDeletion';
export const METRIC_SERVICE = 'video-deletion';

/** Every metric with its CloudWatch unit: one list for the functions, the alarms and the dashboard. */
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
  EvidenceMissing: 'Count',
  GateNotClosed: 'Count',
  ReceiptsNotSigned: 'Count',
} as const satisfies Record<MetricName, string>;

/** These metrics always have a second dimension, `step`: the name of the step. */
export const METRICS_BY_STEP = ['StepFailures', 'StepTime'] as const satisfies readonly MetricName[];
