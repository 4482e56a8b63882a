import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwsFault } from '../../local/aws/aws-fault.ts';
import { answerAwsJson, textOf } from '../../local/aws/aws-json.ts';
import { listenOnLoopback } from '../../local/loopback.ts';
import { ACCOUNTS, userIdOf } from '../../platform/seed/accounts.ts';
import { templatesOf } from '../support/synthesised.ts';
import { runOps } from './run-ops.ts';

const PAGE = 'https://d111.example.com';
const POLICY = /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^a-zA-Z0-9]).{12,}$/;

type User = { email: string; password?: string };
type Client = Record<string, unknown>;

/** Cognito, as far as the command asks it: an update of a client replaces everything. */
function startCognito() {
  const users = new Map<string, User>();
  const client: Client = {
    ClientId: 'output-TryOutClient',
    ClientName: 'Page',
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
  };
  const of = (operation: string) => `AWSCognitoIdentityProviderService.${operation}`;
  const answer = answerAwsJson({
    [of('DescribeUserPoolClient')]: async () => ({
      UserPoolClient: { ...client, CreationDate: 1, LastModifiedDate: 1 },
    }),
    [of('UpdateUserPoolClient')]: async ({ UserPoolId, ...given }) => {
      if (UserPoolId !== 'output-TryOutPool') throw new AwsFault('ResourceNotFoundException', 'No such pool');
      for (const name of Object.keys(client)) delete client[name];
      Object.assign(client, given);
      return { UserPoolClient: client };
    },
    [of('AdminCreateUser')]: async (input) => {
      const id = textOf(input, 'Username');
      if (users.has(id)) throw new AwsFault('UsernameExistsException', 'User account already exists');
      const attributes = input.UserAttributes as { Name: string; Value: string }[];
      if (input.MessageAction !== 'SUPPRESS') throw new AwsFault('CodeDeliveryFailureException', 'Nobody is there');
      users.set(id, { email: attributes.find(({ Name }) => Name === 'email')?.Value ?? '' });
      return {};
    },
    [of('AdminSetUserPassword')]: async (input) => {
      const user = users.get(textOf(input, 'Username'));
      if (!user) throw new AwsFault('UserNotFoundException', 'No such user');
      const password = textOf(input, 'Password');
      if (!POLICY.test(password)) throw new AwsFault('InvalidPasswordException', 'Too weak');
      if (input.Permanent === true) user.password = password;
      return {};
    },
  });
  return { users, client, answer };
}

/** CloudFormation with the stacks of `dev`, as they are synthesised. */
function answerCloudFormation(body: string) {
  const stack = new URLSearchParams(body).get('StackName') ?? '';
  const part = /^VideoDeletion-dev-(Platform|Web)$/.exec(stack)?.[1]?.toLowerCase() as 'platform' | 'web' | undefined;
  if (!part) {
    const error = `<Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id ${stack} does not exist</Message></Error>`;
    return { status: 400, body: `<ErrorResponse>${error}</ErrorResponse>` };
  }
  const outputs = Object.keys(templatesOf('dev')[part]?.findOutputs('*') ?? {}).map((key) => {
    const value = key === 'Url' ? PAGE : `output-${key}`;
    return `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`;
  });
  const stacks = `<Stacks><member><StackName>${stack}</StackName><Outputs>${outputs.join('')}</Outputs></member></Stacks>`;
  const result = `<DescribeStacksResult>${stacks}</DescribeStacksResult>`;
  return { status: 200, body: `<DescribeStacksResponse>${result}</DescribeStacksResponse>` };
}

let cognito: ReturnType<typeof startCognito>;
let close: () => Promise<void>;
let environment: Record<string, string>;
beforeEach(async () => {
  cognito = startCognito();
  const pool = await listenOnLoopback(cognito.answer);
  const stacks = await listenOnLoopback(async ({ body }) => ({
    ...answerCloudFormation(body.toString()),
    headers: { 'content-type': 'text/xml' },
  }));
  close = async () => {
    await Promise.all([pool.close(), stacks.close()]);
  };
  environment = {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_CLOUDFORMATION: stacks.url,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: pool.url,
  };
});
afterEach(() => close());

describe('try-out', () => {
  it('lets everybody of the sample platform sign in, as who the database knows, and says the passwords once', async () => {
    const { code, stdout } = await runOps(['try-out', '--json'], { environment });
    expect(code).toBe(0);
    const { page, accounts } = JSON.parse(stdout) as { page: string; accounts: { email: string; password: string }[] };
    expect(page).toBe(`${PAGE}/`);
    expect([...cognito.users.keys()].sort()).toEqual(ACCOUNTS.map(({ userId }) => userId).sort());
    expect(accounts.map(({ email, password }) => ({ email, password }))).toEqual([...cognito.users.values()]);
    expect(new Set(accounts.map(({ password }) => password)).size).toBe(ACCOUNTS.length);
    expect(cognito.users.get(userIdOf('ana'))?.email).toBe('ana@example.com');
  });

  it('sends browsers back to the page and nowhere else, and keeps what the client could do before', async () => {
    await runOps(['try-out', 'dev'], { environment });
    expect(cognito.client).toMatchObject({
      ClientName: 'Page',
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
      CallbackURLs: [`${PAGE}/`],
      LogoutURLs: [`${PAGE}/`],
      AllowedOAuthFlows: ['code'],
      AllowedOAuthFlowsUserPoolClient: true,
    });
  });

  it('gives everybody a new password when it runs again', async () => {
    await runOps(['try-out'], { environment });
    const before = cognito.users.get(userIdOf('rosa'))?.password;
    const { code, stdout } = await runOps(['try-out'], { environment });
    const now = cognito.users.get(userIdOf('rosa'))?.password ?? '';
    expect(code).toBe(0);
    expect(now).not.toBe(before);
    expect(stdout).toContain(now);
    expect(stdout).toContain(`Sign in at ${PAGE}/`);
  });

  it('says what to do where no sample platform is deployed, and makes nobody', async () => {
    const { code, stdout, stderr } = await runOps(['try-out', 'prod'], { environment });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/no stack VideoDeletion-prod-Platform in this account and region: deploy/);
    expect(cognito.users.size).toBe(0);
  });
});
