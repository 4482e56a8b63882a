import { KILL_POINTS } from '../support/kill-points.ts';
import { killedAt } from '../support/killed-at.ts';

killedAt(Object.keys(KILL_POINTS));
