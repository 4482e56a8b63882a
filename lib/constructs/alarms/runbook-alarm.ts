import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

/** The articles of docs/RUNBOOK.md, by the anchors of their headings. */
export const ARTICLES = [
  'paged',
  'dead-letters-of-the-cleanup-queue',
  'dead-letters-of-the-edge-queue',
  'a-deletion-is-overdue',
  'deletions-failed',
  'deletions-are-held',
  'storage-keeps-failing',
  'residue-was-found',
  'residue-is-left',
  'the-gate-is-half-full',
  'receipts-are-not-signed',
  'an-invariant-is-broken',
  'something-could-not-be-shown',
  'there-are-orphans',
  'the-search-for-orphans-is-silent',
  'the-api-answers-5xx',
  'the-sweeper-is-silent',
  'functions-are-throttled',
  'a-worker-comes-near-its-timeout',
  'database-sessions-are-pinned',
] as const;
export type Article = (typeof ARTICLES)[number];

export type RunbookAlarmProps = {
  article: Article;
  runbookUrl: string;
  /** What has happened when the alarm goes off, in one sentence. */
  meaning: string;
  metric: IMetric;
  /** The alarm goes off at this value and above. With `isBadBelow`: below it, and when nothing is reported. */
  threshold: number;
  isBadBelow?: boolean;
  /** How many periods in a row must be bad. Default 1. */
  periods?: number;
};

/** An alarm whose description says what has happened and links to the article in the runbook. */
export class RunbookAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: RunbookAlarmProps) {
    super(scope, id, {
      alarmDescription: describedIn(props),
      metric: props.metric,
      threshold: props.threshold,
      comparisonOperator: props.isBadBelow
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: props.periods ?? 1,
      treatMissingData: props.isBadBelow ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
  }
}

/** The description of an alarm: its meaning, then the link to its article. */
export function describedIn({
  meaning,
  runbookUrl,
  article,
}: Pick<RunbookAlarmProps, 'meaning' | 'runbookUrl' | 'article'>) {
  return `${meaning} What to do: ${runbookUrl}#${article}`;
}
