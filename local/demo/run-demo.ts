import type { Log } from '../../functions/deletion/ports.ts';
import type { Receipt } from '../../functions/deletion/record/receipt.ts';
import type { Environment, Storage } from '../part.ts';
import { type System, type SystemOptions, startSystem } from '../system.ts';
import { checkOutcome, type Outcome } from './check-outcome.ts';
import { checkReceipts } from './check-receipt.ts';
import { findPrepared, forgetPrepared, keepPrepared, type Prepared } from './demo.ts';
import { createDemoApi, type DeletionView, type DemoApi } from './demo-api.ts';
import { type DemoStores, openStores } from './demo-stores.ts';
import type { Findings } from './left-over.ts';
import { prepareDemo, startNeighbours } from './prepare-demo.ts';
import { DEMO_SIZES, type Sizes } from './video/video-content.ts';
import { watchDeletions } from './watch-deletion.ts';

export type DemoOptions = {
  /** The folder of the system. An unfinished demo in it is continued. */
  folder: string;
  storage: Storage;
  environment: Environment;
  log: Log;
  /** Called with one line for each thing that happens. */
  say: (line: string) => void;
  sizes?: Sizes;
  wrap?: SystemOptions['wrap'];
  handlers?: SystemOptions['handlers'];
  /** Ends the demo early. What it has started stays in the folder. */
  signal?: AbortSignal;
};

export type DemoResult = Outcome & {
  found: Findings;
  /** Seconds from the request to the receipt. */
  seconds: number;
  deletion: DeletionView;
  /** Undefined when the deletion did not finish. */
  receipt: Receipt | undefined;
};

/** Short, so that the runs write until they are stopped, and even after that. */
const SEGMENT_MILLISECONDS = 250;

/**
 * Deletes one video, from `DELETE` to the receipt, in its own system. Then it checks in every store that nothing of the
 * video is left and that nothing else has changed. Problems are in the result.
 * @throws when the system does not start or does not answer; `AbortError` at the signal
 */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const { folder, environment, signal } = options;
  const system = await startSystem({
    ...options,
    port: 0,
    environment: { ...environment, UNDO_SECONDS: '1' },
    segmentMilliseconds: SEGMENT_MILLISECONDS,
  });
  let stores: DemoStores | undefined;
  try {
    stores = await openStores(system, folder);
    signal?.throwIfAborted();
    return await runIn(system, stores, options);
  } finally {
    stores?.close();
    await system.stop();
    // A stopped run still finishes writing its segment, and afterwards the caller may delete the folder.
    await system.parts.processing?.idle();
  }
}

async function runIn(system: System, stores: DemoStores, options: DemoOptions): Promise<DemoResult> {
  const { folder, say, signal } = options;
  const interrupted = await findPrepared(folder);
  const prepared = interrupted ?? (await prepare(system, stores, options));
  const { demo } = prepared;
  const api = await createDemoApi(system, demo.ownerId);
  if (interrupted) {
    say(`Continuing the deletion of ${demo.videoId} in ${folder}`);
    await startNeighbours(system, stores, demo);
  } else {
    await expectShown(api, demo.videoId);
  }
  signal?.throwIfAborted();

  return await deleteAndCheck(stores, api, prepared, { ...options, wasKilled: interrupted !== undefined });
}

async function deleteAndCheck(
  stores: DemoStores,
  api: DemoApi,
  prepared: Prepared,
  { folder, say, signal, wasKilled }: DemoOptions & { wasKilled: boolean },
): Promise<DemoResult> {
  const { demo, found } = prepared;
  say(`DELETE /api/v1/videos/${demo.videoId}, and a second video whose row names a file of a neighbour's`);
  const startedAt = performance.now();
  for (const videoId of demo.deleted) await api.requestDeletion(videoId);
  const { deletions, problems } = await watchDeletions(api, demo.deleted, signal);
  const isDone = deletions.every(({ state }) => state === 'deleted');
  const checked = isDone ? await checkReceipts(api, prepared, { wasKilled }) : undefined;
  const seconds = (performance.now() - startedAt) / 1000;
  const outcome = await checkOutcome(stores, prepared);
  if (isDone) await forgetPrepared(folder);
  return {
    ...outcome,
    ...{ found, seconds, deletion: deletions[0] as DeletionView, receipt: checked?.receipt },
    problems: [...problems, ...(checked?.problems ?? []), ...outcome.problems],
  };
}

async function prepare(
  system: System,
  stores: DemoStores,
  { folder, say, sizes = DEMO_SIZES }: DemoOptions,
): Promise<Prepared> {
  say('Creating the video and its neighbours …');
  const prepared = await prepareDemo(system, stores, sizes);
  await keepPrepared(folder, prepared);
  say(`Recorded the SHA-256 of ${Object.keys(prepared.before).length} neighbouring things`);
  return prepared;
}

/**
 * Checks that the video is shown before its deletion. Otherwise it would prove nothing that it is not shown afterwards.
 */
async function expectShown(api: DemoApi, videoId: string): Promise<void> {
  const shown = await api.shown([videoId]);
  if (shown.length < 3) throw new Error(`Before its deletion, the video is shown only here: ${shown.join(', ')}`);
}
