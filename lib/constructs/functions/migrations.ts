import { InvocationType, Trigger } from 'aws-cdk-lib/triggers';
import { Construct } from 'constructs';
import type { DeletionFunction } from './deletion-function.ts';
import { FUNCTION_SIZES } from './function-sizes.ts';

export type MigrationsProps = {
  /** The function that runs the migrations. It can be repeated. */
  migrate: DeletionFunction;
  /** Constructs that must exist before `migrate` can reach the database. */
  after: readonly Construct[];
  /** Functions that need the migrated database: they are updated only after the migrations. */
  before: readonly DeletionFunction[];
};

/** Migrates the database whenever the migrations change. When they fail, the deployment fails and is rolled back. */
export class Migrations extends Construct {
  constructor(scope: Construct, id: string, { migrate, after, before }: MigrationsProps) {
    super(scope, id);
    new Trigger(this, 'Run', {
      handler: migrate,
      invocationType: InvocationType.REQUEST_RESPONSE,
      timeout: FUNCTION_SIZES.migrate.timeout,
      executeAfter: [...after],
      executeBefore: [...before],
    });
  }
}
