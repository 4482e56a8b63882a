import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { DeletionFunction } from './deletion-function.ts';

/**
 * The key that signs receipts (RS256). Its private half never leaves KMS. KMS does not rotate asymmetric keys; a receipt names the
 * key that signed it, so a second key can follow.
 */
export class ReceiptKey extends Key {
  constructor(scope: Construct, id: string, { removalPolicy }: { removalPolicy: RemovalPolicy }) {
    super(scope, id, {
      description: 'Signs the receipts of video deletions',
      keySpec: KeySpec.RSA_2048,
      keyUsage: KeyUsage.SIGN_VERIFY,
      pendingWindow: Duration.days(30),
      removalPolicy,
    });
  }

  /** Signs receipts, which name the key by the thumbprint of its public half. The construct's own `grantSign` sets nothing. */
  grantSignReceipts(to: DeletionFunction): void {
    this.allow(to, ['kms:GetPublicKey', 'kms:Sign']);
  }

  /** Reads the half of the key with which anybody checks a receipt. */
  grantReadPublicKey(to: DeletionFunction): void {
    this.allow(to, ['kms:GetPublicKey']);
  }

  private allow(to: DeletionFunction, actions: string[]): void {
    to.addToRolePolicy(new PolicyStatement({ actions, resources: [this.keyArn] }));
    to.set({ RECEIPT_KEY_ID: this.keyArn });
  }
}
