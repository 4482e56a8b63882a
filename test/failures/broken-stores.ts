import type { Edge, Ports, VideoCache, VideoObjects, VideoRows, VideoRuns } from '../../functions/deletion/ports.ts';
import type { StepName } from '../../functions/deletion/record/steps.ts';

/** The stores of a deletion, all of them there. */
export type Stores = Pick<Ports, 'rows' | 'objects'> & { cache: VideoCache; runs: VideoRuns; edge: Edge };
/** What a store becomes. */
export type Breakage = (stores: Stores) => Partial<Stores>;

/** The code with which a store is down. */
export const CODE = 'ECONNREFUSED';
const down = () => Promise.reject(Object.assign(new Error('The store is down'), { code: CODE }));

/** For each step, what it needs is down. The cache fails the hiding as well; `verify` cannot look into the rows. */
export const DOWN: Record<StepName, Breakage> = {
  hide: ({ rows, cache }) => ({ rows: { ...rows, hide: down }, cache: { ...cache, fence: down } }),
  cancelRuns: ({ runs }) => ({ runs: { ...runs, stop: down } }),
  deleteObjects: ({ objects }) => ({ objects: { ...objects, deleteAll: down } }),
  deleteRows: ({ rows }) => ({ rows: { ...rows, deleteBatch: down, deleteVideoRow: down } }),
  invalidateCache: ({ cache }) => ({ cache: { ...cache, invalidate: down } }),
  invalidateEdge: ({ edge }) => ({ edge: { ...edge, invalidate: down } }),
  verify: ({ rows }) => ({ rows: { ...rows, look: down } }),
};

/** Does nothing and says that there was nothing to do. */
const nothing = {
  stop: async () => 'ended',
  deleteAll: async () => ({}),
  deleteBatch: async () => 0,
  deleteVideoRow: async () => ({ counts: {}, missed: [] }),
  invalidate: async () => ({ keys: 0, pages: 0 }),
} satisfies Partial<VideoRuns> & Partial<VideoObjects> & Partial<VideoRows> & Partial<VideoCache>;

/** For each step whose work can be looked at afterwards, a store that claims success and keeps everything. */
export const LYING: Partial<Record<StepName, Breakage>> = {
  cancelRuns: ({ runs }) => ({ runs: { ...runs, stop: nothing.stop } }),
  deleteObjects: ({ objects }) => ({ objects: { ...objects, deleteAll: nothing.deleteAll } }),
  deleteRows: ({ rows }) => ({
    rows: { ...rows, deleteBatch: nothing.deleteBatch, deleteVideoRow: nothing.deleteVideoRow },
  }),
  invalidateCache: ({ cache }) => ({ cache: { ...cache, invalidate: nothing.invalidate } }),
};
