/** The lease as it is stored: who leads, and a version that every renewal changes. */
export interface LeaseRecord {
  holder: string;
  /** Counts writes of the lease, from 1. */
  version: number;
  /** How long the holder may go without renewing, milliseconds. 0: given back. */
  duration: number;
}

/** Where the lease is kept. */
export interface LeaseStore {
  read(): Promise<LeaseRecord | undefined>;
  /**
   * Writes the lease if its version is still `seen` (undefined: if there is none).
   * @returns false when somebody else wrote first
   */
  write(record: LeaseRecord, seen: number | undefined): Promise<boolean>;
}
