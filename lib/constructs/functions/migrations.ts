import { InvocationType, Trigger } from 'aws-cdk-lib/triggers';
import { Construct } from 'constructs';
import type { DeletionFunction } from './deletion-function.ts';
import { FUNCTION_SIZES } from './function-sizes.ts';

export type MigrationsProps = {
  /** Brings the database up to date; safe to repeat. */
  migrate: DeletionFunction;
  /** What `migrate` needs in order to reach the database. */
  after: Construct;
  /** Who must find the database up to date: they get their new code only afterwards. */
  before: readonly DeletionFunction[];
};

/** Migrates the database whenever the migrations change. When they fail, the deployment fails, and everything stays as it was. */
export class Migrations extends Construct {
  constructor(scope: Construct, id: string, { migrate, after, before }: MigrationsProps) {
    super(scope, id);
    new Trigger(this, 'Run', {
      handler: migrate,
      invocationType: InvocationType.REQUEST_RESPONSE,
      timeout: FUNCTION_SIZES.migrate.timeout,
      executeAfter: [after],
      executeBefore: [...before],
    });
  }
}
