import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { WrongUsage } from '../exits.ts';

/** What a deployed sample platform says about its sign-in. */
export type DeployedSignIn = { pool: string; client: string; page: string };

/**
 * Reads the outputs of an environment's stacks.
 * @throws {WrongUsage} when the environment is not deployed, or has a platform of its own
 */
export async function findSignIn(client: CloudFormationClient, environment: string): Promise<DeployedSignIn> {
  const platform = await outputsOf(client, `VideoDeletion-${environment}-Platform`);
  const web = await outputsOf(client, `VideoDeletion-${environment}-Web`);
  return {
    pool: outputIn(platform, 'TryOutPool'),
    client: outputIn(platform, 'TryOutClient'),
    page: `${outputIn(web, 'Url').replace(/\/$/, '')}/`,
  };
}

type Outputs = { stack: string; values: ReadonlyMap<string, string> };

async function outputsOf(client: CloudFormationClient, stack: string): Promise<Outputs> {
  try {
    const { Stacks: [found] = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const values = (found?.Outputs ?? []).map(
      ({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue] as const,
    );
    return { stack, values: new Map(values) };
  } catch (error) {
    if ((error as Error).message === 'Region is missing')
      throw new WrongUsage('No region is set: set AWS_REGION to the region of the deployment');
    // CloudFormation's answer for a stack that does not exist.
    if ((error as Error).name !== 'ValidationError') throw error;
    throw new WrongUsage(
      `There is no stack ${stack} in this account and region: deploy an environment with the sample platform first`,
    );
  }
}

function outputIn({ stack, values }: Outputs, name: string): string {
  const value = values.get(name);
  if (!value) throw new WrongUsage(`The stack ${stack} has no output ${name}: deploy this version first`);
  return value;
}
