declare module 'dynalite' {
  import type { Server } from 'node:http';

  /**
   * An HTTP server that does not listen yet. Without `path`, data is in memory. Closing the server closes the store.
   */
  export default function dynalite(options: {
    /** The folder of the LevelDB store. */
    path?: string;
    /** How long a new table stays in the state CREATING, in milliseconds. */
    createTableMs?: number;
  }): Server;
}
