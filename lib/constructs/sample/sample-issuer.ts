import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccountRecovery, Mfa, UserPool, type UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';

/** Cognito as the OpenID Connect issuer of the sample platform's tokens. An administrator creates the accounts. */
export class SampleIssuer extends Construct {
  readonly url: string;
  /** Cognito's access tokens name the client in `client_id`, and API Gateway accepts that as the audience. */
  readonly audience: readonly string[];

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const pool = new UserPool(this, 'Users', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
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
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(pool).acknowledge(
      { id: 'AwsSolutions-COG2', reason: 'Made-up accounts: users of the sample sign in without a second device' },
      {
        id: 'AwsSolutions-COG8',
        reason: 'Threat protection (the Plus plan) costs money for each user, and the accounts are made up',
      },
    );
    this.url = pool.userPoolProviderUrl;
    this.audience = [this.addClient(pool).userPoolClientId];
  }

  private addClient(pool: UserPool): UserPoolClient {
    return pool.addClient('Page', {
      authFlows: { userSrp: true },
      generateSecret: false,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(1),
    });
  }
}
