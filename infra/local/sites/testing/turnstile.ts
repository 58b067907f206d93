import { cpus } from 'node:os';

/** So many are let in whatever else the machine does, beside those who do little. */
const ALWAYS = 2;
/** One is let in at a time, after a look: what it costs to begin has to be seen before the next one. */
const LOOK_MS = 1000;
/** The share of the machine's CPU time that has to be unused. */
const IDLE = 0.2;

/**
 * Lets in as many at once as the machine can bear: recorders that starve record something else than what happened, and how
 * many that are depends on the machine and on what else runs on it.
 */
export class Turnstile {
  readonly #idleShare: () => Promise<number>;
  readonly #pause: (ms: number) => Promise<void>;
  #taken = 0;
  #entering: Promise<void> = Promise.resolve();

  /** @param idleShare - takes a look: which share of the machine's CPU time is unused, from 0 to 1 */
  constructor(idleShare = idleShareOfMachine, sleep = pause) {
    this.#idleShare = idleShare;
    this.#pause = sleep;
  }

  /**
   * @param options.beginsIn - how long it takes until what the work costs shows, in milliseconds: nobody else is let in before
   * @param options.doesLittle - mostly waits, and so takes nobody's place
   */
  async pass<T>(work: () => Promise<T>, { beginsIn = 0, doesLittle = false } = {}): Promise<T> {
    const places = doesLittle ? 0 : 1;
    const entered = this.#entering.then(() => this.#enter(places));
    this.#entering = entered.then(() => this.#pause(beginsIn));
    await entered;
    try {
      return await work();
    } finally {
      this.#taken -= places;
    }
  }

  async #enter(places: number): Promise<void> {
    let idle = await this.#idleShare();
    while (this.#taken >= ALWAYS && idle < IDLE) idle = await this.#idleShare();
    this.#taken += places;
  }
}

/** From now on, for a look. */
async function idleShareOfMachine(): Promise<number> {
  const before = ticks();
  await pause(LOOK_MS);
  const after = ticks();
  return (after.idle - before.idle) / Math.max(1, after.all - before.all);
}

function ticks(): { idle: number; all: number } {
  const times = cpus().map(({ times: each }) => each);
  const sum = (of: readonly number[]) => of.reduce((a, b) => a + b, 0);
  return {
    idle: sum(times.map(({ idle }) => idle)),
    all: sum(times.map((each) => sum(Object.values(each)))),
  };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
