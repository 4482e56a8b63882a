import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { DeletionFunction } from './deletion-function.ts';

/** Runs the sweeper once a minute. */
export class SweepSchedule extends Construct {
  constructor(scope: Construct, id: string, { sweep }: { sweep: DeletionFunction }) {
    super(scope, id);
    new Rule(this, 'EveryMinute', {
      description: 'Enqueues deletions again that are overdue',
      schedule: Schedule.rate(Duration.minutes(1)),
      // No retries: the next run starts a minute later.
      targets: [new LambdaFunction(sweep, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
  }
}
