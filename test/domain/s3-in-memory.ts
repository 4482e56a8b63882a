import { type FailureCode, failureCodeOf, StepFailed } from '../../functions/deletion/errors.ts';
import type { Checkpoint } from '../../functions/deletion/ports.ts';
import type { MemoryWorld } from '../support/memory-world.ts';

type Request = { operation: string; phase: string };

/** The bucket's own door and its faults, as the tests of the domain use them, on the bucket in memory. */
export function s3On({ ports, objects }: MemoryWorld) {
  const { deleteAll } = objects;
  let lifts: (() => void)[] = [];
  let code: FailureCode | undefined;
  let isDown = false;
  let hook: ((request: Request) => unknown) | undefined;
  ports.objects = {
    ...objects,
    async deleteAll(target, checkpoint, found) {
      if (isDown) throw new StepFailed(code ?? 'UnknownError');
      try {
        const hooked: Checkpoint = async (removed) => {
          await checkpoint(removed);
          await hook?.({ operation: 'DeleteObjects', phase: 'before' });
        };
        return await deleteAll(target, hooked, found);
      } catch (error) {
        throw code && error instanceof StepFailed ? new StepFailed(code, error.counts) : error;
      }
    },
  };
  const clear = () => {
    for (const lift of lifts) lift();
    lifts = [];
    [code, isDown, hook] = [undefined, false, undefined];
  };
  const faults = {
    clear,
    failKeys({ key, code: answered }: { key: RegExp; code: string }) {
      lifts = objects
        .keys()
        .filter((candidate) => key.test(candidate))
        .map(objects.refuse);
      code = failureCodeOf(answered);
      return clear;
    },
    failRequests({ code: answered }: { code: string }) {
      [code, isDown] = [failureCodeOf(answered), true];
      return clear;
    },
    onRequest: (look: (request: Request) => unknown) => {
      hook = look;
    },
  };
  return { fill: (_bucket: string, keys: string[]) => keys.forEach((key) => void objects.put(key)), faults };
}
