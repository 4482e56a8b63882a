import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../functions/acknowledge-wildcard.ts';
import type { DeletionFunction } from '../functions/deletion-function.ts';

/** The runs of the state machine that processes videos. */
export class ProcessingRuns extends Construct {
  private readonly stateMachineArn: string;

  constructor(scope: Construct, id: string, { stateMachineArn }: { stateMachineArn: string }) {
    super(scope, id);
    this.stateMachineArn = stateMachineArn;
  }

  /** Allows finding, reading and stopping runs. */
  grantStop(to: DeletionFunction): void {
    const stack = Stack.of(this);
    const machine = stack.splitArn(this.stateMachineArn, ArnFormat.COLON_RESOURCE_NAME);
    const runs = stack.formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${machine.resourceName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    to.addToRolePolicy(
      new PolicyStatement({ actions: ['states:DescribeExecution', 'states:StopExecution'], resources: [runs] }),
    );
    to.set({ STATE_MACHINE_ARN: this.stateMachineArn });
    acknowledgeWildcard(to, runs, 'Any run of this state machine may process the video that is deleted');
  }
}
