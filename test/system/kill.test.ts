import { killedInEach } from '../support/killed-in-each.ts';

// In two files, so that they run side by side.
killedInEach(0, 5);
