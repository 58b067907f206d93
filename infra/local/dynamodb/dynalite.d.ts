/** The part of dynalite's interface that is used here; the package has no types of its own. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** Folder of the LevelDB store; in memory when absent. */
    path?: string;
    /** Milliseconds that a table stays CREATING, DELETING, UPDATING; 500 each when absent. */
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }

  /** Returns a server that does not listen yet; closing it closes the store too. */
  function dynalite(options?: DynaliteOptions): Server;
  export = dynalite;
}
