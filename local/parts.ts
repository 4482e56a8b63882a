import type { LocalEventBus } from './aws/event-bus.ts';
import type { LocalEdge } from './edge/edge.ts';
import type { Environment, Part, PartsOptions } from './part.ts';
import type { RedisStandIn } from './redis/redis-stand-in.ts';
import type { S3Simulator } from './s3/start.ts';
import { edgePart, eventsPart, processingPart, queuesPart } from './services.ts';
import type { LocalStepFunctions } from './step-functions/step-functions.ts';
import { cachePart, databasePart, type PutFile, storagePart, tombstonesPart } from './stores.ts';

/**
 * Everything around the functions, and the settings that lead there. A stand-in is absent when a real service replaces
 * it.
 */
export type Parts = {
  settings: Environment;
  /** What runs, for people. */
  names: string[];
  putFile: PutFile;
  s3?: S3Simulator;
  redis?: RedisStandIn;
  edge?: LocalEdge;
  processing?: LocalStepFunctions;
  bus?: LocalEventBus;
  stop(): Promise<void>;
};

/**
 * Starts a stand-in for everything that the environment does not name. If one fails, those that have started are
 * stopped.
 */
export async function startParts(options: PartsOptions): Promise<Parts> {
  const started: Part[] = [];
  const keep = async <P extends Part>(starting: Promise<P>): Promise<P> => {
    const part = await starting;
    started.push(part);
    return part;
  };
  const stop = async () => {
    for (const part of started.splice(0).reverse()) await part.stop();
  };
  try {
    const first = [databasePart, tombstonesPart, queuesPart].map((start) => keep(start(options)));
    const [storage, events, cache] = await settled([
      keep(storagePart(options)),
      keep(eventsPart(options)),
      keep(cachePart(options)),
      ...first,
    ] as const);
    const { processing } = await keep(processingPart(options, storage.putFile));
    const { edge } = await keep(edgePart(options, storage));
    return {
      settings: Object.assign({}, ...started.map(({ settings }) => settings)),
      names: started.map(({ name }) => name),
      putFile: storage.putFile,
      s3: storage.s3,
      redis: cache.redis,
      bus: events.bus,
      processing,
      edge,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits for all of them even if one fails, so that none is still starting while the others are stopped. */
async function settled<All extends readonly Promise<unknown>[]>(all: All) {
  await Promise.allSettled(all);
  return await Promise.all(all);
}
