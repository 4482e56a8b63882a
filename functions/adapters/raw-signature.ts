/** Bytes of each of the two numbers of a signature on P-256. */
const NUMBER_BYTES = 32;
/** DER's tag of an integer. */
const INTEGER = 0x02;

/**
 * A signature on P-256 as JWS wants it (RFC 7518, 3.4: two numbers of 32 bytes) from the DER that KMS and OpenSSL write:
 * a sequence of two integers, each as short as it can be, with a zero in front where its highest bit is set.
 * @throws when the bytes are no such signature
 */
export function rawSignature(der: Uint8Array): Uint8Array {
  // Both numbers fit in one length byte each, and so does the sequence.
  const r = integerAt(der, 2);
  const s = integerAt(der, r.end);
  if (s.end !== der.length) throw new Error('This is no signature on P-256');
  return Buffer.concat([padded(r.bytes), padded(s.bytes)]);
}

function integerAt(der: Uint8Array, start: number): { bytes: Uint8Array; end: number } {
  const [tag, length = 0] = der.subarray(start);
  const end = start + 2 + length;
  if (tag !== INTEGER || length === 0 || end > der.length) throw new Error('This is no signature on P-256');
  return { bytes: der.subarray(start + 2, end), end };
}

function padded(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  const significant = first < 0 ? bytes.subarray(bytes.length) : bytes.subarray(first);
  if (significant.length > NUMBER_BYTES) throw new Error('This is no signature on P-256');
  return Buffer.concat([Buffer.alloc(NUMBER_BYTES - significant.length), significant]);
}
