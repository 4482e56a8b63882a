import { startPostgres } from '../../local/postgres/postgres.ts';

/** A process that starts a server in the folder named by its argument, says so and waits. It is there to be killed. */
const folder = process.argv[2] as string;
const { url } = await startPostgres({ folder, durable: false });
process.send?.(url);
