import { createIdsIn } from './ids-in.ts';
import type { Plan } from './run-migrations.ts';

/** The function that finds the ids in a video's URLs. Its index is built afterwards, outside any transaction. */
export const plan: Plan = async () => [createIdsIn()];
