import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { DeletionFunction } from './deletion-function.ts';

/** Starts the search for orphans and residue once a day. */
export class SearchSchedule extends Construct {
  constructor(scope: Construct, id: string, { search }: { search: DeletionFunction }) {
    super(scope, id);
    // Lambda would start a failed search again beside the one that still runs.
    search.configureAsyncInvoke({ retryAttempts: 0 });
    new Rule(this, 'EveryDay', {
      description: 'Searches storage for orphans and for residue of deleted videos',
      schedule: Schedule.rate(Duration.days(1)),
      // No retries after that time: the next day's search covers the same.
      targets: [new LambdaFunction(search, { maxEventAge: Duration.hours(1) })],
    });
  }
}
