import { testMatrix } from '../faults/test-matrix.ts';

/** The platform's database and cache, which speak protocols of their own. */
await testMatrix((service) => service === 'Postgres' || service === 'Redis');
