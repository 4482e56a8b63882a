import { CfnOutput, Duration } from 'aws-cdk-lib';
import { ArnPrincipal, CompositePrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge-wildcard.ts';
import type { Grantee } from './grantee.ts';

export type OperatorRoleProps = {
  /** The roles or users that may become operators. */
  principals: readonly string[];
  functions: readonly IFunction[];
};

/**
 * Who may run the operator's command and follow the runbook. `grantAccess` says what it may do; it can delete no object
 * and no item: a deletion is always the worker's. Sessions last an hour.
 */
export class OperatorRole extends Role implements Grantee {
  readonly role = this;

  constructor(scope: Construct, id: string, { principals, functions }: OperatorRoleProps) {
    super(scope, id, {
      description: 'Operates deletions of videos: the command of operators, and the runbook',
      assumedBy: new CompositePrincipal(...principals.map((arn) => new ArnPrincipal(arn))),
      maxSessionDuration: Duration.hours(1),
    });
    this.addToRolePolicy(
      new PolicyStatement({
        actions: ['lambda:GetFunctionConfiguration', 'lambda:GetFunction', 'lambda:InvokeFunction'],
        resources: functions.map(({ functionArn }) => functionArn),
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
  'cloudwatch:DescribeAlarms',
  'cloudwatch:GetMetricStatistics',
  'events:DescribeRule',
  'lambda:GetAccountSettings',
  'logs:FilterLogEvents',
  'logs:GetQueryResults',
  'logs:StartQuery',
  'states:ListExecutions',
];
