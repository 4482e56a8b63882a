import { killedInEach } from '../support/killed-in-each.ts';

killedInEach(5);
