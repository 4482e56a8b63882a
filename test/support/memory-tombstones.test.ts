import { tombstonesContract } from '../contracts/tombstones.ts';
import { createMemoryTombstones } from './memory-tombstones.ts';

tombstonesContract(async () => ({ tombstones: createMemoryTombstones(), close: async () => {} }));
