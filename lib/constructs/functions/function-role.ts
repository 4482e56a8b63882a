import { Validations } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export type FunctionRoleProps = {
  logGroup: ILogGroup;
  /** True when the function runs in a VPC: then Lambda uses the role to manage the function's network interfaces. */
  isInVpc: boolean;
};

/**
 * The rights that every function needs: to write its own log, traces, and to run in the VPC. AWS's managed policies
 * would allow it to write every log in the account. Grants are added in a separate policy.
 */
export class FunctionRole extends Role {
  constructor(scope: Construct, id: string, { logGroup, isInVpc }: FunctionRoleProps) {
    const statements = [
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
      new PolicyStatement({ actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] }),
    ];
    if (isInVpc) statements.push(new PolicyStatement({ actions: NETWORK_INTERFACES, resources: ['*'] }));
    super(scope, id, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { Runtime: new PolicyDocument({ statements }) },
    });
    // This acknowledges wildcards in the role's own policy only, not in its grants.
    Validations.of(this.node.defaultChild ?? this).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: `X-Ray has no resources to name${isInVpc ? ', nor have network interfaces that Lambda has yet to create' : ''}`,
    });
  }
}

/** The same actions as in AWS's managed policy for functions in a VPC, AWSLambdaVPCAccessExecutionRole. */
const NETWORK_INTERFACES = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];
