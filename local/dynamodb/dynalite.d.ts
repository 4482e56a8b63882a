declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** An HTTP server, not yet listening. Without `path` it keeps everything in memory; closing it closes the store. */
  export default function dynalite(options: {
    /** Folder of the LevelDB store. */
    path?: string;
    /** How long a new table stays in CREATING, in milliseconds. */
    createTableMs?: number;
  }): Server;
}
