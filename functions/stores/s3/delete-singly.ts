import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { chunksOf } from '../../deletion/chunks-of.ts';
import { reasonOf } from '../../deletion/errors.ts';
import type { Bucket } from './bucket.ts';
import type { Refusal } from './delete-batch.ts';
import type { Entry } from './listing.ts';

/** How many single deletes run at the same time. */
const TOGETHER = 16;

/** XML 1.0 (2.2) has no way to write these, not even as references. Half a surrogate pair is among them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern searches for them
const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;

/** True when the document of a DeleteObjects can name the entry. */
export function fitsXml({ key }: Entry): boolean {
  return !NOT_IN_XML.test(key);
}

/** Deletes the entries one by one. The key of a DeleteObject travels in the URL, where every key fits. Never throws. */
export async function deleteSingly(bucket: Bucket, entries: readonly Entry[]): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  for (const chunk of chunksOf(entries, TOGETHER)) {
    const outcomes = await Promise.all(chunk.map((entry) => deleteOne(bucket, entry)));
    refusals.push(...outcomes.flatMap((refusal) => refusal ?? []));
  }
  return refusals;
}

async function deleteOne({ client, name }: Bucket, entry: Entry): Promise<Refusal | undefined> {
  try {
    await client.send(new DeleteObjectCommand({ Bucket: name, Key: entry.key, VersionId: entry.versionId }));
    return undefined;
  } catch (error) {
    return { entry, code: reasonOf(error) };
  }
}
