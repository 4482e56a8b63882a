import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { reported, reportedFor } from '../../metrics.ts';
import type { StateStack } from '../../stacks/state-stack.ts';
import { RunbookAlarm, type RunbookAlarmProps } from './runbook-alarm.ts';

export type PromiseAlarmsProps = {
  queues: StateStack['queues'];
  /** How old an open deletion may become. */
  slo: Duration;
  runbookUrl: string;
};

type Definition = Omit<RunbookAlarmProps, 'runbookUrl'>;

const MINUTE = Duration.minutes(1);
const DAY = Duration.days(1);

/** Each says that a deletion may not happen, or may not have happened, as promised. */
export class PromiseAlarms extends Construct {
  /** Somebody is woken. */
  readonly urgent: RunbookAlarm[];
  readonly forTheMorning: RunbookAlarm[];

  constructor(scope: Construct, id: string, { queues, slo, runbookUrl }: PromiseAlarmsProps) {
    super(scope, id);
    const add = (definitions: Record<string, Definition>) =>
      Object.entries(definitions).map(([name, one]) => new RunbookAlarm(this, name, { ...one, runbookUrl }));
    this.urgent = add({ ...deadLetterAlarms(queues), ...progressAlarms(slo), ...outcomeAlarms });
    this.forTheMorning = add(lesserAlarms);
  }
}

function deadLetterAlarms(queues: StateStack['queues']): Record<string, Definition> {
  const depth = { statistic: 'Maximum', period: MINUTE };
  return {
    CleanupDeadLetters: {
      article: 'dead-letters-of-the-cleanup-queue',
      meaning: 'A deletion was given up: its message is in the dead-letter queue of the cleanup queue.',
      metric: queues.cleanupDeadLetters.metricApproximateNumberOfMessagesVisible(depth),
      threshold: 1,
    },
    EdgeDeadLetters: {
      article: 'dead-letters-of-the-edge-queue',
      meaning: 'The edge was not told of a deletion: its message is in the dead-letter queue of the edge queue.',
      metric: queues.edgeDeadLetters.metricApproximateNumberOfMessagesVisible(depth),
      threshold: 1,
    },
  };
}

function progressAlarms(slo: Duration): Record<string, Definition> {
  return {
    OverdueDeletion: {
      article: 'a-deletion-is-overdue',
      meaning: `A deletion is open for longer than ${slo.toHumanString()}.`,
      metric: reported('OldestOpenDeletionAge', { statistic: 'Maximum' }),
      threshold: slo.toSeconds(),
      periods: 2,
    },
    // The sweeper reports the age every minute, 0 when nothing is open: no report is no sweeper.
    SilentSweeper: {
      article: 'the-sweeper-is-silent',
      meaning: 'The sweeper, which takes up what everybody else forgot, has not run to its end for ten minutes.',
      metric: reported('OldestOpenDeletionAge', { statistic: 'SampleCount' }),
      threshold: 1,
      periods: 2,
      isBadBelow: true,
    },
  };
}

/** A hold is a promise of its own, and what nobody knows of, nobody has asked to delete. */
const lesserAlarms: Record<string, Definition> = {
  HeldDeletions: {
    article: 'deletions-are-held',
    meaning: 'A video was put under a legal hold, or a lock in the store keeps a deletion from going on.',
    metric: reported('DeletionsHeld', { statistic: 'Sum' }),
    threshold: 1,
  },
  // Once a day: it stays red until the next search.
  Orphans: {
    article: 'there-are-orphans',
    meaning: 'Storage holds videos that neither the database nor a deletion knows of.',
    metric: reported('OrphansFound', { statistic: 'Maximum', period: DAY }),
    threshold: 1,
  },
  // The search reports what it found, 0 as well: no report is no search.
  SilentSearch: {
    article: 'the-search-for-orphans-is-silent',
    meaning: 'The daily search for orphans and residue has not run to its end for two days.',
    metric: reported('OrphansFound', { statistic: 'SampleCount', period: DAY }),
    threshold: 1,
    periods: 2,
    isBadBelow: true,
  },
};

const outcomeAlarms: Record<string, Definition> = {
  FailedDeletions: {
    article: 'deletions-failed',
    meaning: 'A deletion used up its retries and waits for an operator.',
    metric: reported('DeletionsFailed', { statistic: 'Sum' }),
    threshold: 1,
  },
  StorageFailures: {
    article: 'storage-keeps-failing',
    meaning: 'Deleting objects fails again and again.',
    metric: reportedFor('deleteObjects', 'StepFailures', { statistic: 'Sum' }),
    threshold: 3,
    periods: 3,
  },
  Residue: {
    article: 'residue-was-found',
    meaning: 'Something of a video came back after every store had been empty.',
    metric: reported('ResidueFound', { statistic: 'Sum' }),
    threshold: 1,
  },
  ResidueLeft: {
    article: 'residue-is-left',
    meaning: 'Something is left of a video whose deletion was reported as done.',
    metric: reported('ResidueLeft', { statistic: 'Maximum' }),
    threshold: 1,
  },
};
