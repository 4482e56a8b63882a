import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { brokenAt, headOf } from '../../functions/deletion/record/history.ts';
import type { Receipt } from '../../functions/deletion/record/receipt.ts';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import { videoPath } from '../support/api-client.ts';
import type { TestSystem } from '../support/system.ts';

/**
 * What is wrong with the receipt of a deletion. It is checked as anybody can: the signature with the published keys,
 * and its head with the history.
 */
export async function receiptProblems({ ports, call }: TestSystem, videoId: string): Promise<string[]> {
  const { text } = await call('GET', `${videoPath(videoId)}/deletion/receipt`, { as: 'rosa' });
  const { body: keys } = await call('GET', '/api/v1/receipts/jwks.json');
  const tombstone = await ports.tombstones.find(parseVideoId(videoId));
  if (!tombstone) return ['there is no tombstone'];
  const { history, receipts, outbox, deletionId } = tombstone;
  const { payload } = await compactVerify(text, createLocalJWKSet(keys as unknown as JSONWebKeySet));
  const receipt: Receipt = JSON.parse(Buffer.from(payload).toString());
  const before = history.slice(0, -1);
  const facts: Record<string, boolean> = {
    'there is one': receipts.length === 1 && receipts[0] === text,
    'it is of this deletion': receipt.sub === videoId && receipt.deletionId === deletionId,
    'the history is whole': brokenAt(history) === undefined,
    'its head is that of the history':
      receipt.history.head === headOf(before) && receipt.history.length === before.length,
    'it was written with the last move': history.at(-1)?.from === 'settling' && history.at(-1)?.to === 'deleted',
    'there is one end': history.filter(({ to }) => to === 'deleted').length === 1,
    'its event has left': outbox.length === 0,
  };
  return Object.entries(facts).flatMap(([fact, holds]) => (holds ? [] : [`not so: ${fact}`]));
}
