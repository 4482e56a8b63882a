import { type ISecurityGroup, type ISubnet, type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { FunctionOptions } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Platform } from '../../platform.ts';

const HTTPS = 443;

/** The subnets and the one security group of all functions that use the platform's database, cache or endpoints. */
export class FunctionNetwork extends Construct {
  readonly securityGroup: ISecurityGroup;
  /** Settings that a function in this network needs. */
  readonly addresses: Readonly<Record<string, string>>;
  private readonly vpc: IVpc;
  private readonly subnets: readonly ISubnet[];

  /** `group`: one that was made before. Its rules are made here. */
  constructor(scope: Construct, id: string, { network, database, cache, storage }: Platform, group?: ISecurityGroup) {
    super(scope, id);
    this.vpc = network.vpc;
    this.subnets = network.subnets;
    this.addresses = network.addresses ?? {};
    this.securityGroup = group
      ? SecurityGroup.fromSecurityGroupId(this, 'Functions', group.securityGroupId, { allowAllOutbound: false })
      : new SecurityGroup(this, 'Functions', {
          vpc: network.vpc,
          description: 'Functions that delete videos',
          allowAllOutbound: false,
        });
    // Gateway endpoints have public addresses, so the rule allows any address on 443. Prefix lists would be narrower,
    // but differ in every region.
    this.securityGroup.addEgressRule(Peer.anyIpv4(), Port.HTTPS, 'AWS, and storage with an endpoint of its own');
    const own = storage.kind === 'r2' ? Number(new URL(storage.endpoint).port || HTTPS) : HTTPS;
    if (own !== HTTPS)
      this.securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(own), 'Storage with a port of its own');
    const { connections } = this.securityGroup;
    connections.allowTo(database.access, Port.tcp(database.port), 'Video deletion: database');
    if (cache) connections.allowTo(cache.access, Port.tcp(cache.port), 'Video deletion: cache');
    if (network.endpoints) connections.allowTo(network.endpoints, Port.HTTPS, 'Video deletion: endpoints');
  }

  /** The network part of a function's properties. */
  get placement(): Pick<FunctionOptions, 'vpc' | 'vpcSubnets' | 'securityGroups'> {
    return { vpc: this.vpc, vpcSubnets: { subnets: [...this.subnets] }, securityGroups: [this.securityGroup] };
  }
}
