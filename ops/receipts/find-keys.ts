import { readFile } from 'node:fs/promises';
import { connectSigner } from '../../functions/connect/connect.ts';
import type { ReceiptSigner } from '../../functions/deletion/ports.ts';
import { WrongUsage } from '../exits.ts';
import type { Session } from '../session.ts';

/** A JWK set (RFC 7517). */
export type KeySet = Awaited<ReturnType<ReceiptSigner['publicKeys']>>;

/**
 * The keys to check receipts with: those in a file or behind a URL, or those that sign here.
 * @throws {WrongUsage} when there is no JWK set
 */
export async function findKeys(session: Session, place: string | undefined): Promise<KeySet> {
  if (place === undefined) return await connectSigner(await session.settings(['receipts'])).signer.publicKeys();
  const keySet = parse(place, /^https?:\/\//.test(place) ? await fetched(place) : await read(place));
  if (!Array.isArray((keySet as Partial<KeySet> | null)?.keys)) throw noKeySet(place);
  return keySet as KeySet;
}

async function fetched(url: string): Promise<string> {
  const answer = await fetch(url).catch(() => undefined);
  if (!answer?.ok)
    throw new WrongUsage(`${url} does not give the keys: ${answer ? `HTTP ${answer.status}` : 'no answer'}`);
  return await answer.text();
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new WrongUsage(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

function parse(place: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw noKeySet(place);
  }
}

function noKeySet(place: string): WrongUsage {
  return new WrongUsage(`${place} holds no JWK set: expected JSON like {"keys": [{"kty": "RSA", …}]}`);
}
