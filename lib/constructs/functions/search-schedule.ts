import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { DeletionFunction } from './deletion-function.ts';

/** Looks for orphans and residue once a day. */
export class SearchSchedule extends Construct {
  constructor(scope: Construct, id: string, { search }: { search: DeletionFunction }) {
    super(scope, id);
    new Rule(this, 'EveryDay', {
      description: 'Looks for what storage holds of videos that are deleted or that nobody knows of',
      schedule: Schedule.rate(Duration.days(1)),
      // A start that fails for so long is made up for by the next day's.
      targets: [new LambdaFunction(search, { maxEventAge: Duration.hours(1) })],
    });
  }
}
