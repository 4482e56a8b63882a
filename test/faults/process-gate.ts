import type { Ordeal } from './ordeal.ts';

/**
 * The connection of one process to the outside: it passes each call to the ordeal, and lets nothing through after the
 * process has ended.
 */
export type ProcessGate = Pick<Ordeal, 'meet'> & {
  hasEnded(): boolean;
  /** Ends the process: its connections are cut and it gets no new ones. */
  end(): void;
};

/** A server between a process and one or more services. */
export type Front = {
  /** Of the front, for the process to call. */
  url: string;
  /** Cuts every connection, on both sides; so does whoever connects after `end`. */
  cut(): void;
  close(): Promise<void>;
};
