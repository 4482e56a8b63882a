import { Validations } from 'aws-cdk-lib';
import {
  GatewayVpcEndpointAwsService,
  IpAddresses,
  type ISubnet,
  type IVpc,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { PlatformNetwork } from '../../platform.ts';
import { ServiceEndpoints } from '../platform/service-endpoints.ts';

/** The addresses of the VPC. */
const RANGE = '10.0.0.0/16';

/**
 * A VPC without internet access. It has two availability zones, because a database requires two, and an endpoint for
 * each service.
 */
export class SampleNetwork extends Construct implements PlatformNetwork {
  readonly vpc: IVpc;
  readonly subnets: ISubnet[];
  readonly endpoints: PlatformNetwork['endpoints'];

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(RANGE),
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }],
      gatewayEndpoints: {
        S3: { service: GatewayVpcEndpointAwsService.S3 },
        DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      },
      // CDK would deploy a function to empty the default security group. Nothing uses this group, so that is not
      // needed.
      restrictDefaultSecurityGroup: false,
    });
    Validations.of(vpc).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason: 'Flow logs are not worth their price for a sample platform that lives for days',
    });
    this.vpc = vpc;
    this.subnets = vpc.isolatedSubnets;
    // One zone is enough: each zone of each endpoint is charged by the hour, and functions in the other zone can use
    // it, too.
    const subnets = vpc.isolatedSubnets.slice(0, 1);
    const names = ['sqs', 'states', 'events', 'kms'] as const;
    const privateDns = { cidrs: [RANGE] };
    this.endpoints = new ServiceEndpoints(this, 'Endpoints', { vpc, subnets, names, privateDns }).securityGroup;
  }
}
