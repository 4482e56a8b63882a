import { type Counts, total } from '../functions/deletion/counts.ts';
import { cacheKeysOf, feedPagesKeyOf, prefixOf } from '../functions/deletion/data-map/data-map.ts';
import { ownFoldersOf, targetOf } from '../functions/deletion/data-map/target.ts';
import { reasonOf } from '../functions/deletion/errors.ts';
import type { Ports } from '../functions/deletion/ports.ts';
import { isEdgeDone } from '../functions/deletion/record/gate.ts';
import type { Tombstone } from '../functions/deletion/record/tombstone.ts';
import type { VideoId } from '../functions/deletion/video-id.ts';
import { countRunning } from '../functions/deletion/work/find-runs.ts';
import { inWords, table, time } from './print.ts';

/**
 * What one store holds now. `error`: why it could not be checked. `note`: what is known about a store that cannot be
 * listed.
 */
export type Look = { store: string; counts: Counts; error?: string; note?: string };

type LookPorts = Pick<Ports, 'rows' | 'objects' | 'runs' | 'cache' | 'rules'>;

/**
 * Checks every store, whatever state the tombstone is in: the tombstone only adds keys and runs to check. A store that
 * does not answer is reported with its error, and the others are checked all the same.
 */
export async function lookEverywhere(
  ports: LookPorts,
  videoId: VideoId,
  tombstone: Tombstone | undefined,
): Promise<Look[]> {
  const { rows, objects, cache, runs } = ports;
  const { video } = await rows.find(tombstone?.ownerId ?? '', videoId).catch(() => ({ video: undefined }));
  const named = video && targetOf({ videoId, video }, ports.rules);
  const strayKeys = [...new Set([...(tombstone?.target.strayKeys ?? []), ...(named?.strayKeys ?? [])])];
  const known = [...new Set([...(tombstone?.target.runs ?? []), ...(named?.runs ?? [])])];
  const folders = ownFoldersOf(videoId, ports.rules.bucket?.originalsPrefixes);
  const looks = [
    lookAt('processing', async () => ({
      running: runs ? await countRunning(runs, { videoId, known, byName: true }) : 0,
    })),
    lookAt('storage', () => objects.look({ videoId, prefix: prefixOf(videoId), strayKeys, folders })),
    lookAt('database', () => rows.look(videoId)),
    ...(cache ? [lookAt('cache', () => cache.look(cacheKeysOf(videoId), feedPagesKeyOf(videoId)))] : []),
  ];
  return [...(await Promise.all(looks)), { store: 'edge', counts: {}, note: noteOfEdge(tombstone) }];
}

/** True when every store answered and holds nothing of the video. */
export function isEmpty(looks: readonly Look[]): boolean {
  return looks.every(({ counts, error }) => error === undefined && total(counts) === 0);
}

/** A table of the stores and what each holds. */
export function tableOfLooks(looks: readonly Look[]): string {
  const rows = looks.map(({ store, counts, error, note }) => [
    store,
    error ? `could not be checked: ${error}` : (note ?? (total(counts) > 0 ? inWords(counts) : 'nothing')),
  ]);
  return table(['store', 'holds'], rows);
}

async function lookAt(store: string, look: () => Promise<Counts>): Promise<Look> {
  try {
    const found = Object.entries(await look()).filter(([, count]) => count > 0);
    return { store, counts: Object.fromEntries(found) };
  } catch (error) {
    return { store, counts: {}, error: reasonOf(error) };
  }
}

/** CloudFront cannot list what its edge locations hold, so this says what the tombstone knows. */
function noteOfEdge(tombstone: Tombstone | undefined): string {
  const { edge } = tombstone ?? {};
  if (!tombstone || !edge) return 'cannot be listed; nothing was invalidated';
  if (edge.gatedAt && !edge.openedAt) return `closed by the gate since ${time(edge.gatedAt)}`;
  if (isEdgeDone(tombstone)) return `cannot be listed; invalidation completed ${time(edge.completedAt)}`;
  return `cannot be listed; invalidation requested ${time(edge.requestedAt)}, not completed`;
}
