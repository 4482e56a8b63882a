import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../functions/acknowledge-wildcard.ts';
import type { Grantee } from '../functions/grantee.ts';

/** The runs of the state machine that processes videos. */
export class ProcessingRuns extends Construct {
  private readonly stateMachineName: string;

  constructor(scope: Construct, id: string, { stateMachineName }: { stateMachineName: string }) {
    super(scope, id);
    this.stateMachineName = stateMachineName;
  }

  /** Allows finding, reading and stopping runs. */
  grantStop(to: Grantee): void {
    const runs = this.arnOf('execution', `${this.stateMachineName}:*`);
    to.addToRolePolicy(
      new PolicyStatement({ actions: ['states:DescribeExecution', 'states:StopExecution'], resources: [runs] }),
    );
    to.set({ STATE_MACHINE_ARN: this.arnOf('stateMachine', this.stateMachineName) });
    acknowledgeWildcard(to, runs, 'Any run of this state machine may process the video that is deleted');
  }

  /** Allows finding and reading runs. */
  grantLook(to: Grantee): void {
    const runs = this.arnOf('execution', `${this.stateMachineName}:*`);
    to.addToRolePolicy(new PolicyStatement({ actions: ['states:DescribeExecution'], resources: [runs] }));
    acknowledgeWildcard(to, runs, 'Any run of this state machine may process the video that is looked at');
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
