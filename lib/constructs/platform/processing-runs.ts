import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../functions/acknowledge-wildcard.ts';
import type { DeletionFunction } from '../functions/deletion-function.ts';

/** The runs of the state machine that processes videos. */
export class ProcessingRuns extends Construct {
  private readonly stateMachineName: string;

  constructor(scope: Construct, id: string, { stateMachineName }: { stateMachineName: string }) {
    super(scope, id);
    this.stateMachineName = stateMachineName;
  }

  /** Allows finding, reading and stopping runs. */
  grantStop(to: DeletionFunction): void {
    const runs = this.arnOf('execution', `${this.stateMachineName}:*`);
    to.addToRolePolicy(
      new PolicyStatement({ actions: ['states:DescribeExecution', 'states:StopExecution'], resources: [runs] }),
    );
    to.set({ STATE_MACHINE_ARN: this.arnOf('stateMachine', this.stateMachineName) });
    acknowledgeWildcard(to, runs, 'Any run of this state machine may process the video that is deleted');
  }

  private arnOf(resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({
      service: 'states',
      resource,
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}
