import { randomBytes } from 'node:crypto';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  UpdateUserPoolClientCommand,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider';
import { ACCOUNTS } from '../../platform/seed/accounts.ts';
import { type DeployedSignIn, findSignIn } from './find-sign-in.ts';

export type TryOutAccount = { userId: string; email: string; role: string; password: string };

/**
 * Makes the accounts of an environment's sample platform, and opens its sign-in for its page.
 * @throws {WrongUsage} when the environment is not deployed, or has a platform of its own
 */
export async function setUpTryOut(environment: string): Promise<{ page: string; accounts: TryOutAccount[] }> {
  const signIn = await findSignIn(new CloudFormationClient(), environment);
  const cognito = new CognitoIdentityProviderClient();
  await allowPage(cognito, signIn);
  return { page: signIn.page, accounts: await makeAccounts(cognito, signIn) };
}

/**
 * Lets Cognito send browsers back to the page, and nowhere else. An update replaces every attribute, so it begins with
 * those that the client has.
 */
async function allowPage(
  cognito: CognitoIdentityProviderClient,
  { pool: UserPoolId, client: ClientId, page }: DeployedSignIn,
): Promise<void> {
  const { UserPoolClient: now } = await cognito.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
  const { ClientSecret: _, CreationDate: __, LastModifiedDate: ___, ...kept } = now ?? {};
  await cognito.send(
    new UpdateUserPoolClientCommand({
      ...kept,
      UserPoolId,
      ClientId,
      CallbackURLs: [page],
      LogoutURLs: [page],
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid'],
      AllowedOAuthFlowsUserPoolClient: true,
      SupportedIdentityProviders: ['COGNITO'],
    }),
  );
}

/** Creates each account of the sample platform that is not there yet, and gives every one a new password. */
async function makeAccounts(
  cognito: CognitoIdentityProviderClient,
  { pool: UserPoolId }: DeployedSignIn,
): Promise<TryOutAccount[]> {
  const made: TryOutAccount[] = [];
  for (const { userId, username, role } of ACCOUNTS) {
    const email = `${username}@example.com`;
    await createUnlessThere(cognito, { UserPoolId, Username: userId, email });
    const password = newPassword();
    const Password = password;
    await cognito.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: userId, Password, Permanent: true }));
    made.push({ userId, email, role, password });
  }
  return made;
}

async function createUnlessThere(
  cognito: CognitoIdentityProviderClient,
  { UserPoolId, Username, email }: { UserPoolId: string; Username: string; email: string },
): Promise<void> {
  const UserAttributes = [
    { Name: 'email', Value: email },
    // Cognito lets somebody sign in with an address only once that has been verified.
    { Name: 'email_verified', Value: 'true' },
  ];
  try {
    await cognito.send(
      // Nobody reads mail at example.com.
      new AdminCreateUserCommand({ UserPoolId, Username, UserAttributes, MessageAction: 'SUPPRESS' }),
    );
  } catch (error) {
    if (!(error instanceof UsernameExistsException)) throw error;
  }
}

/** 144 random bits. The ending has one character of each kind that the pool's policy asks for. */
function newPassword(): string {
  return `${randomBytes(18).toString('base64url')}-Aa1`;
}
