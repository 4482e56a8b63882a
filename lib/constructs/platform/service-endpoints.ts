import { Fn } from 'aws-cdk-lib';
import {
  GatewayVpcEndpoint,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  type ISubnet,
  type IVpc,
  Peer,
  Port,
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

/** The variables by which the SDK's clients find a service at an address of its own. */
const VARIABLES = {
  sqs: 'AWS_ENDPOINT_URL_SQS',
  states: 'AWS_ENDPOINT_URL_SFN',
  events: 'AWS_ENDPOINT_URL_EVENTBRIDGE',
  kms: 'AWS_ENDPOINT_URL_KMS',
  secretsmanager: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
} as const;

export type EndpointName = keyof typeof GATEWAYS | keyof typeof INTERFACES;

export type ServiceEndpointsProps = {
  vpc: IVpc;
  subnets: readonly ISubnet[];
  names: readonly EndpointName[];
  /**
   * With private DNS, everybody in the VPC is led to the endpoints, so everybody has to be let in: `cidrs` of the VPC.
   * Absent: no private DNS, nobody else notices the endpoints, and our functions get their addresses as settings.
   */
  privateDns?: { cidrs: readonly string[] };
};

/**
 * Endpoints for AWS services in a VPC without NAT. Gateway endpoints are free; interface endpoints are charged by the
 * hour.
 */
export class ServiceEndpoints extends Construct {
  /** The security group of the interface endpoints: it must let in every function that uses them. */
  readonly securityGroup: SecurityGroup;
  /** Settings for the functions that use them. Empty with private DNS. */
  readonly addresses: Record<string, string> = {};

  constructor(scope: Construct, id: string, { vpc, subnets, names, privateDns }: ServiceEndpointsProps) {
    super(scope, id);
    this.securityGroup = new SecurityGroup(this, 'Access', {
      vpc,
      description: 'Endpoints of AWS for the functions that delete videos',
      allowAllOutbound: false,
    });
    for (const cidr of privateDns?.cidrs ?? [])
      this.securityGroup.addIngressRule(Peer.ipv4(cidr), Port.HTTPS, 'The whole VPC, which private DNS leads here');
    const placed = { subnets: [...subnets] };
    for (const name of names) {
      if (name === 's3' || name === 'dynamodb') {
        new GatewayVpcEndpoint(this, name, { vpc, service: GATEWAYS[name], subnets: [placed] });
        continue;
      }
      const endpoint = new InterfaceVpcEndpoint(this, name, {
        vpc,
        service: INTERFACES[name],
        subnets: placed,
        securityGroups: [this.securityGroup],
        privateDnsEnabled: privateDns !== undefined,
        // Otherwise CDK opens the endpoint to the range of addresses that it takes for the VPC's.
        open: false,
      });
      if (!privateDns) this.addresses[VARIABLES[name]] = addressOf(endpoint);
    }
  }
}

/** The first entry is the name for the whole region, as `<hosted zone>:<name>`. */
function addressOf(endpoint: InterfaceVpcEndpoint): string {
  const [, name] = [0, 1].map((part) =>
    Fn.select(part, Fn.split(':', Fn.select(0, endpoint.vpcEndpointDnsEntries), 2)),
  );
  return `https://${name}`;
}
