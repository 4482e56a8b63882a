import { base64url, compactVerify, createLocalJWKSet, decodeProtectedHeader, errors, type JSONWebKeySet } from 'jose';
import { ALGORITHM, publicKeyOf, RECEIPT_TYPE } from './receipt-key.ts';

// The page verifies receipts with this file, too. So it needs nothing that a browser does not have.

/**
 * Why a signature is refused. `notAJws`: the text does not have three canonical base64url parts, a header of ours, and
 * JSON as payload. `notAKeySet`: the keys cannot be used. `unknownKey`: no key has the id that the header names.
 * `wrongSignature`: the key did not sign this.
 */
export type RefusalReason = 'notAJws' | 'notAKeySet' | 'unknownKey' | 'wrongSignature';

/** A JWS that proves nothing. The message says why, in a sentence for the person who checks it. */
export class SignatureRefused extends Error {
  override name = 'SignatureRefused';
  readonly reason: RefusalReason;
  constructor(reason: RefusalReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

const PARTS = ['header', 'payload', 'signature'] as const;

/**
 * The payload of a compact JWS (RFC 7515), if a key of the set (RFC 7517) has signed it. Only the algorithm of our
 * signers is accepted, and only the spelling that an encoder writes. In base64url, the last character of a part may
 * have bits without a meaning, and most libraries accept any value of them.
 * @throws {SignatureRefused}
 */
export async function verifyJws(jws: string, keySet: { keys: Record<string, unknown>[] }): Promise<unknown> {
  const kid = keyIdOf(jws);
  const knownIds = idsIn(keySet);
  if (!knownIds.includes(kid)) {
    const known = knownIds.length > 0 ? `those at hand are ${knownIds.join(', ')}` : 'no key is at hand';
    throw new SignatureRefused('unknownKey', `It was signed with the key ${kid}, and ${known}`);
  }
  refuseFalseIds(keySet, kid);
  try {
    const keys = createLocalJWKSet(keySet as JSONWebKeySet);
    const { payload } = await compactVerify(jws, keys, { algorithms: [ALGORITHM] });
    return jsonIn(payload);
  } catch (error) {
    throw refusalOf(error);
  }
}

/**
 * The id of the key that the header names: the thumbprint (RFC 7638) of the public key.
 * @throws {SignatureRefused} when this is no JWS with a header of ours
 */
export function keyIdOf(jws: string): string {
  const parts = jws.split('.');
  if (parts.length !== PARTS.length)
    throw notAJws(`It has ${parts.length === 1 ? '1 part' : `${parts.length} parts`}, not three with dots in between`);
  for (const [index, name] of PARTS.entries())
    if (!isCanonical(parts[index] as string)) throw notAJws(`Its ${name} is not base64url as an encoder writes it`);
  const { alg, kid, typ } = headerIn(jws);
  if (alg !== ALGORITHM || typeof kid !== 'string')
    throw notAJws(`Its header does not name ${ALGORITHM} and the id of a key`);
  if (typ !== RECEIPT_TYPE) throw notAJws('Its header does not say that it is a receipt of a deletion');
  return kid;
}

function headerIn(jws: string): { alg?: unknown; kid?: unknown; typ?: unknown } {
  try {
    return decodeProtectedHeader(jws);
  } catch (error) {
    throw notAJws('Its header is no JSON object', error);
  }
}

function isCanonical(part: string): boolean {
  try {
    return part !== '' && base64url.encode(base64url.decode(part)) === part;
  } catch {
    return false;
  }
}

/** @throws {SignatureRefused} */
function idsIn(keySet: { keys: Record<string, unknown>[] }): string[] {
  if (!Array.isArray(keySet?.keys)) throw new SignatureRefused('notAKeySet', 'The keys are no JWK set');
  return keySet.keys.flatMap((key) => (typeof key?.kid === 'string' ? [key.kid] : []));
}

/** An id that is not the thumbprint of its key could be that of another. @throws {SignatureRefused} */
function refuseFalseIds({ keys }: { keys: Record<string, unknown>[] }, kid: string): void {
  const isFalse = keys.some(({ kid: id, n, e }) => id === kid && publicKeyOf({ n: `${n}`, e: `${e}` }).kid !== kid);
  if (isFalse) throw new SignatureRefused('notAKeySet', `The id ${kid} is not the thumbprint of the key at hand`);
}

function jsonIn(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch (error) {
    throw notAJws('Its payload is no JSON', error);
  }
}

function refusalOf(error: unknown): SignatureRefused {
  if (error instanceof SignatureRefused) return error;
  const options = { cause: error };
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return new SignatureRefused(
      'wrongSignature',
      'The signature does not match: header or payload were changed, or another key signed them',
      options,
    );
  if (error instanceof errors.JWSInvalid || error instanceof errors.JOSENotSupported)
    return notAJws('Its header asks for what no receipt has', error);
  return new SignatureRefused('notAKeySet', 'The key that it names cannot be used to check it', options);
}

function notAJws(message: string, cause?: unknown): SignatureRefused {
  return new SignatureRefused('notAJws', message, cause === undefined ? undefined : { cause });
}
