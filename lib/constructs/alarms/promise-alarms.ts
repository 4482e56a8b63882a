import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Figures } from '../../metrics.ts';
import type { StateStack } from '../../stacks/state-stack.ts';
import { RunbookAlarm, type RunbookAlarmProps } from './runbook-alarm.ts';

export type PromiseAlarmsProps = {
  queues: StateStack['queues'];
  /** How old an open deletion may become. */
  slo: Duration;
  runbookUrl: string;
  figures: Figures;
};

type Definition = Omit<RunbookAlarmProps, 'runbookUrl'>;

const MINUTE = Duration.minutes(1);
const DAY = Duration.days(1);

/** Alarms for deletions that may not happen, or may not have happened, as promised. */
export class PromiseAlarms extends Construct {
  /** These page somebody, also at night. */
  readonly urgent: RunbookAlarm[];
  readonly forTheMorning: RunbookAlarm[];

  constructor(scope: Construct, id: string, { queues, slo, runbookUrl, figures }: PromiseAlarmsProps) {
    super(scope, id);
    const add = (definitions: Record<string, Definition>) =>
      Object.entries(definitions).map(([name, one]) => new RunbookAlarm(this, name, { ...one, runbookUrl }));
    this.urgent = add({ ...deadLetterAlarms(queues), ...progressAlarms(slo, figures), ...outcomeAlarms(figures) });
    this.forTheMorning = add(lesserAlarms(figures));
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
      meaning:
        'A video could not be invalidated at the edge: its message is in the dead-letter queue of the edge queue.',
      metric: queues.edgeDeadLetters.metricApproximateNumberOfMessagesVisible(depth),
      threshold: 1,
    },
  };
}

function progressAlarms(slo: Duration, figures: Figures): Record<string, Definition> {
  return {
    OverdueDeletion: {
      article: 'a-deletion-is-overdue',
      meaning: `A deletion is open for longer than ${slo.toHumanString()}.`,
      metric: figures.reported('OldestOpenDeletionAge', { statistic: 'Maximum' }),
      threshold: slo.toSeconds(),
      periods: 2,
    },
    // The sweeper reports the age every minute, and 0 when nothing is open. No report means that it did not finish.
    SilentSweeper: {
      article: 'the-sweeper-is-silent',
      meaning: 'The sweeper, which enqueues overdue deletions again, has not finished a run for ten minutes.',
      metric: figures.reported('OldestOpenDeletionAge', { statistic: 'SampleCount' }),
      threshold: 1,
      periods: 2,
      isBadBelow: true,
    },
  };
}

/** These can wait until morning: a held deletion is meant to wait, and nobody has asked to delete an orphan. */
const lesserAlarms = (figures: Figures): Record<string, Definition> => ({
  HeldDeletions: {
    article: 'deletions-are-held',
    meaning: 'A video was put under a legal hold, or a lock in the store keeps a deletion from going on.',
    metric: figures.reported('DeletionsHeld', { statistic: 'Sum' }),
    threshold: 1,
  },
  MissingEvidence: {
    article: 'something-could-not-be-shown',
    meaning: 'A receipt excepts something: nothing of a ready video was found, or the store cannot list everything.',
    metric: figures.reported('EvidenceMissing', { statistic: 'Sum' }),
    threshold: 1,
  },
  GateHalfFull: {
    article: 'the-gate-is-half-full',
    meaning:
      'Deletions wait without the gate, because half of it is taken: copies at the edge can be played meanwhile.',
    metric: figures.reported('GateNotClosed', { statistic: 'Sum' }),
    threshold: 1,
  },
  // The search runs once a day, so the alarm stays red until the next search.
  Orphans: {
    article: 'there-are-orphans',
    meaning: 'Storage holds videos that neither the database nor a deletion knows of.',
    metric: figures.reported('OrphansFound', { statistic: 'Maximum', period: DAY }),
    threshold: 1,
  },
  // The search reports its number of orphans, also when it is 0. No report means that it did not finish.
  SilentSearch: {
    article: 'the-search-for-orphans-is-silent',
    meaning: 'The daily search for orphans and residue has not finished for two days.',
    metric: figures.reported('OrphansFound', { statistic: 'SampleCount', period: DAY }),
    threshold: 1,
    periods: 2,
    isBadBelow: true,
  },
});

const outcomeAlarms = (figures: Figures): Record<string, Definition> => ({
  FailedDeletions: {
    article: 'deletions-failed',
    meaning: 'A deletion used up its retries and waits for an operator.',
    metric: figures.reported('DeletionsFailed', { statistic: 'Sum' }),
    threshold: 1,
  },
  StorageFailures: {
    article: 'storage-keeps-failing',
    meaning: 'Deleting objects fails again and again.',
    metric: figures.reportedFor('deleteObjects', 'StepFailures', { statistic: 'Sum' }),
    threshold: 3,
    periods: 3,
  },
  Residue: {
    article: 'residue-was-found',
    meaning: 'Something of a video came back after every store had been empty.',
    metric: figures.reported('ResidueFound', { statistic: 'Sum' }),
    threshold: 1,
  },
  ResidueLeft: {
    article: 'residue-is-left',
    meaning: 'Storage holds something of a video whose deletion was reported as done.',
    metric: figures.reported('ResidueLeft', { statistic: 'Maximum' }),
    threshold: 1,
  },
  // KMS may fail once. The next attempt comes after some seconds, and the later ones within a quarter of an hour.
  UnsignedReceipts: {
    article: 'receipts-are-not-signed',
    meaning: 'Everything of a video is deleted, and the key does not sign the receipt.',
    metric: figures.reported('ReceiptsNotSigned', { statistic: 'Sum', period: Duration.minutes(15) }),
    threshold: 3,
  },
  BrokenInvariants: {
    article: 'an-invariant-is-broken',
    meaning: 'A tombstone is not as every tombstone must be, or a change would have made it so and was refused.',
    metric: figures.reported('InvariantsBroken', { statistic: 'Sum' }),
    threshold: 1,
  },
});
