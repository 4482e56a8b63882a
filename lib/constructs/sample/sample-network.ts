import { Validations } from 'aws-cdk-lib';
import { GatewayVpcEndpointAwsService, type ISubnet, type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { PlatformNetwork } from '../../platform.ts';
import { ServiceEndpoints } from '../platform/service-endpoints.ts';

/** A VPC with no way to the internet: two availability zones, since a database wants two, and an endpoint for each service. */
export class SampleNetwork extends Construct implements PlatformNetwork {
  readonly vpc: IVpc;
  readonly subnets: ISubnet[];
  readonly endpoints: PlatformNetwork['endpoints'];

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }],
      gatewayEndpoints: {
        S3: { service: GatewayVpcEndpointAwsService.S3 },
        DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      },
      // Emptying the default security group takes a function of CDK's own; nothing here uses that group.
      restrictDefaultSecurityGroup: false,
    });
    Validations.of(vpc).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason: 'Flow logs of a sample platform that lives for days would cost more than they tell',
    });
    this.vpc = vpc;
    this.subnets = vpc.isolatedSubnets;
    // In one zone: each zone of each endpoint is paid for by the hour, and the other zone reaches it, too.
    const subnets = vpc.isolatedSubnets.slice(0, 1);
    const names = ['sqs', 'states', 'events', 'kms'] as const;
    this.endpoints = new ServiceEndpoints(this, 'Endpoints', { vpc, subnets, names }).securityGroup;
  }
}
