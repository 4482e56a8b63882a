import { CfnOutput, Duration, Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  AccountRecovery,
  FeaturePlan,
  Mfa,
  UserPool,
  type UserPoolClient,
  type UserPoolDomain,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';

/**
 * Cognito as the OpenID Connect issuer of the sample platform's tokens, with its own pages to sign in at. Nobody can
 * sign in until `npm run ops -- try-out` has made the accounts, and has told Cognito where the page is.
 */
export class SampleIssuer extends Construct {
  readonly url: string;
  /** Cognito's access tokens name the client in `client_id`, and API Gateway accepts that as the audience. */
  readonly audience: readonly string[];
  readonly clientId: string;
  /** An account is called by its id in the platform's database: access tokens have it in this claim. */
  readonly userIdClaim = 'username';
  /** The origins that the page calls to sign in. */
  readonly origins: readonly string[];

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const pool = new UserPool(this, 'Users', {
      selfSignUpEnabled: false,
      // With an address as the only name, Cognito would choose the ids, and the seeded accounts have theirs.
      signInAliases: { username: true, email: true },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(1),
      },
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { sms: false, otp: true },
      // An address under example.com receives no mail. `try-out` sets a new password.
      accountRecovery: AccountRecovery.NONE,
      featurePlan: FeaturePlan.LITE,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledgePool(pool);
    const client = addClient(pool);
    this.url = pool.userPoolProviderUrl;
    this.clientId = client.userPoolClientId;
    this.audience = [this.clientId];
    const { region, urlSuffix } = Stack.of(this);
    const pages = addPages(pool).baseUrl();
    this.origins = [`https://cognito-idp.${region}.${urlSuffix}`, pages];
    new CfnOutput(this, 'TryOutPool', { value: pool.userPoolId }).overrideLogicalId('TryOutPool');
    new CfnOutput(this, 'TryOutClient', { value: this.clientId }).overrideLogicalId('TryOutClient');
  }
}

function acknowledgePool(pool: UserPool): void {
  Validations.of(pool).acknowledge(
    { id: 'AwsSolutions-COG2', reason: 'Made-up accounts: users of the sample sign in without a second device' },
    {
      id: 'AwsSolutions-COG8',
      reason: 'Threat protection (the Plus plan) costs money for each user, and the accounts are made up',
    },
  );
}

/** The page's address is not known before the page is deployed. So sign-in pages are off, until `try-out` names it. */
function addClient(pool: UserPool): UserPoolClient {
  return pool.addClient('Page', {
    authFlows: { userSrp: true },
    disableOAuth: true,
    generateSecret: false,
    preventUserExistenceErrors: true,
    enableTokenRevocation: true,
    accessTokenValidity: Duration.hours(1),
    refreshTokenValidity: Duration.days(1),
  });
}

/** Cognito's own pages. Their name is one of a region's, in all accounts: part of the stack's id makes it unique. */
function addPages(pool: UserPool): UserPoolDomain {
  // arn:<partition>:cloudformation:<region>:<account>:stack/<name>/<uuid>
  const unique = Fn.select(2, Fn.split('/', Stack.of(pool).stackId));
  return pool.addDomain('Pages', { cognitoDomain: { domainPrefix: `video-deletion-${unique}` } });
}
