export type VerifiedReceipt = {
  payload: Record<string, unknown>;
  /** `ok`, or why the signature cannot be relied on. */
  verdict: 'ok' | 'unknownKey' | 'badSignature' | 'notAReceipt';
};

/**
 * Checks the signature of a receipt in the browser. What it proves rests on where the keys come from: whoever does not trust this
 * site keeps a copy of its keys.
 * @param jws compact @param keys a JWK set
 */
export async function verifyReceipt(jws: string, keys: { keys: Record<string, unknown>[] }): Promise<VerifiedReceipt> {
  const { compactVerify, createLocalJWKSet, decodeJwt, errors } = await import('jose');
  let payload: Record<string, unknown>;
  try {
    payload = decodeJwt(jws);
  } catch {
    return { payload: {}, verdict: 'notAReceipt' };
  }
  try {
    await compactVerify(jws, createLocalJWKSet(keys as Parameters<typeof createLocalJWKSet>[0]));
    return { payload, verdict: 'ok' };
  } catch (error) {
    return { payload, verdict: error instanceof errors.JWKSNoMatchingKey ? 'unknownKey' : 'badSignature' };
  }
}
