import { testMatrix } from '../faults/test-matrix.ts';

/** Every service of AWS, and whatever else a deletion may come to call. */
await testMatrix((service) => service !== 'Postgres' && service !== 'Redis');
