/** One job, taken and not yet done: bytes as they stood in the list, which is how the list knows it again. */
export type TakenJob = Uint8Array;

/** A list of jobs of which none is lost: what is taken stays on record until it is done. @throws Error when it is away */
export interface JobQueue {
  /** The next job, or one that this consumer had taken and lost sight of; undefined when none comes in a short while. */
  take(): Promise<TakenJob | undefined>;
  /** Forgets a job that has become a Meeting. */
  done(job: TakenJob): Promise<void>;
  /** Puts a job that can't be done into the dead-letter list, with the reason. @param at - RFC 3339 */
  bury(job: TakenJob, why: { reason: string; at: string }): Promise<void>;
  /** Puts back what consumers had taken that are no more. @returns how many jobs */
  recover(): Promise<number>;
  /** Gives back what is taken and signs off. */
  leave(): Promise<void>;
}
