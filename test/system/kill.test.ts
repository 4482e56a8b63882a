import { killedAt } from '../support/killed-at.ts';

// In the middle of the work, between two passes, and at the end. `npm run test:long` goes through all places.
killedAt(['deleteObjects', 'the settling', 'the finish, before its write']);
