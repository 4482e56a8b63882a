import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Environment } from '../../environment.ts';
import type { Grantee } from '../functions/grantee.ts';

type RetiredKeys = NonNullable<Environment['receiptKey']>['retired'];
type ReceiptKeyProps = { removalPolicy: RemovalPolicy; retired: RetiredKeys };

/**
 * The key that signs receipts (RS256). Its private half never leaves KMS. KMS does not rotate asymmetric keys; a
 * receipt names the key that signed it, so a second key can follow.
 */
export class ReceiptKey extends Key {
  private readonly retired: RetiredKeys;

  constructor(scope: Construct, id: string, { removalPolicy, retired }: ReceiptKeyProps) {
    super(scope, id, {
      description: 'Signs the receipts of video deletions',
      keySpec: KeySpec.RSA_2048,
      keyUsage: KeyUsage.SIGN_VERIFY,
      pendingWindow: Duration.days(30),
      removalPolicy,
    });
    this.retired = retired;
  }

  /**
   * Allows signing receipts, which name the key by its public key's thumbprint. CDK's own `grantSign` would not add the
   * setting.
   */
  grantSignReceipts(to: Grantee): void {
    this.allow(to, ['kms:GetPublicKey', 'kms:Sign']);
  }

  /** Allows reading the public key that verifies receipts, and passes on the public keys of earlier keys. */
  grantReadPublicKey(to: Grantee): void {
    this.allow(to, ['kms:GetPublicKey']);
    const keys = this.retired.map(({ kty, n, e }) => ({ kty, n, e }));
    if (keys.length > 0) to.set({ RECEIPT_RETIRED_KEYS: JSON.stringify({ keys }) });
  }

  private allow(to: Grantee, actions: string[]): void {
    to.addToRolePolicy(new PolicyStatement({ actions, resources: [this.keyArn] }));
    to.set({ RECEIPT_KEY_ID: this.keyArn });
  }
}
