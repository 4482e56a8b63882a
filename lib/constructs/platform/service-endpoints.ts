import {
  GatewayVpcEndpoint,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  type ISecurityGroup,
  type ISubnet,
  type IVpc,
  SecurityGroup,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

const GATEWAYS = {
  s3: GatewayVpcEndpointAwsService.S3,
  dynamodb: GatewayVpcEndpointAwsService.DYNAMODB,
} as const;

const INTERFACES = {
  sqs: InterfaceVpcEndpointAwsService.SQS,
  states: InterfaceVpcEndpointAwsService.STEP_FUNCTIONS,
  events: InterfaceVpcEndpointAwsService.EVENTBRIDGE,
  kms: InterfaceVpcEndpointAwsService.KMS,
  secretsmanager: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
} as const;

export type EndpointName = keyof typeof GATEWAYS | keyof typeof INTERFACES;

export type ServiceEndpointsProps = { vpc: IVpc; subnets: readonly ISubnet[]; names: readonly EndpointName[] };

/**
 * Endpoints for AWS services in a VPC without NAT. Gateway endpoints are free; interface endpoints are charged by the
 * hour.
 */
export class ServiceEndpoints extends Construct {
  /** The security group of the interface endpoints: it must let in every function that uses them. */
  readonly securityGroup: ISecurityGroup;

  constructor(scope: Construct, id: string, { vpc, subnets, names }: ServiceEndpointsProps) {
    super(scope, id);
    const placed = { subnets: [...subnets] };
    this.securityGroup = new SecurityGroup(this, 'Access', {
      vpc,
      description: 'Endpoints of AWS for the functions that delete videos',
      allowAllOutbound: false,
    });
    for (const name of names) {
      if (name === 's3' || name === 'dynamodb') {
        new GatewayVpcEndpoint(this, name, { vpc, service: GATEWAYS[name], subnets: [placed] });
      } else {
        new InterfaceVpcEndpoint(this, name, {
          vpc,
          service: INTERFACES[name],
          subnets: placed,
          securityGroups: [this.securityGroup],
          // Otherwise CDK opens the endpoint to the whole VPC.
          open: false,
        });
      }
    }
  }
}
