import { CfnOutput, Duration } from 'aws-cdk-lib';
import { ArnPrincipal, CompositePrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge-wildcard.ts';
import type { Grantee } from './grantee.ts';

export type OperatorRoleProps = {
  /** The roles or users that may become operators. */
  principals: readonly string[];
  /** Those whose settings are read. */
  functions: readonly IFunction[];
  /** Those that may be run by hand: they take no orders from what they are sent. */
  schedules: readonly IFunction[];
};

/**
 * Who may run the operator's command and follow the runbook; `grantAccess` says the rest. Its rights in AWS delete no
 * object of S3 and no item, and sign nothing. But `verify` has to look into every store as the worker does: the login
 * to the database, the cache and the keys of R2 are the worker's, which can delete there. Sessions last an hour.
 */
export class OperatorRole extends Role implements Grantee {
  readonly role = this;

  constructor(scope: Construct, id: string, { principals, functions, schedules }: OperatorRoleProps) {
    super(scope, id, {
      description: 'Operates deletions of videos: the command of operators, and the runbook',
      assumedBy: new CompositePrincipal(...principals.map((arn) => new ArnPrincipal(arn))),
      maxSessionDuration: Duration.hours(1),
    });
    this.addToRolePolicy(
      new PolicyStatement({
        actions: ['lambda:GetFunctionConfiguration', 'lambda:GetFunction'],
        resources: functions.map(({ functionArn }) => functionArn),
      }),
    );
    // Never those of the API: whoever invokes them says himself who the caller is.
    this.addToRolePolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: schedules.map(({ functionArn }) => functionArn),
      }),
    );
    // These calls name no resources, or none that is known before it is asked.
    this.addToRolePolicy(new PolicyStatement({ actions: LOOKING, resources: ['*'] }));
    acknowledgeWildcard(this, '*', 'Only looks: at alarms, logs, stacks, schedules, runs and invalidations');
    new CfnOutput(this, 'Arn', { description: 'Become this role to operate deletions', value: this.roleArn });
  }

  addToRolePolicy(statement: PolicyStatement): void {
    this.addToPolicy(statement);
  }

  /** An operator takes the settings of a function, as the runbook shows. */
  set(): this {
    return this;
  }

  addEnvironment(): this {
    return this;
  }
}

/** What the runbook looks at. */
const LOOKING = [
  'cloudformation:DescribeStacks',
  'cloudformation:ListStackResources',
  'cloudfront:ListInvalidations',
  'cloudfront-keyvaluestore:DescribeKeyValueStore',
  'cloudwatch:DescribeAlarms',
  'cloudwatch:GetMetricStatistics',
  'events:DescribeRule',
  'health:DescribeEvents',
  'lambda:GetAccountSettings',
  'logs:FilterLogEvents',
  'logs:GetQueryResults',
  'logs:StartQuery',
  'states:ListExecutions',
];
