import { Validations } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export type FunctionRoleProps = {
  logGroup: ILogGroup;
  /** Whether the function stands in a VPC: then Lambda manages its network interfaces in the role's name. */
  isInVpc: boolean;
};

/**
 * What every function has by itself: its own log, traces, and a place in the VPC. AWS's managed policies would let it write every
 * log there is. What a function is granted beyond this stands in a policy of its own.
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
    // On the role alone: what its grants do is not acknowledged here.
    Validations.of(this.node.defaultChild ?? this).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: `X-Ray has no resources to name${isInVpc ? ', nor have network interfaces that Lambda has yet to create' : ''}`,
    });
  }
}

/** As in AWS's own policy for functions in a VPC, AWSLambdaVPCAccessExecutionRole. */
const NETWORK_INTERFACES = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];
