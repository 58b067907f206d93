import type { Chance } from './chance.ts';
import type { Weather, WriteFault } from './weather.ts';

/** One fault at one write, counted from 0, instead of the weather's. */
export interface SingleFault {
  write: number;
  fault: WriteFault;
}

export interface FaultsOptions {
  chance: Chance;
  weather: Weather;
  single?: SingleFault | undefined;
  /** Faults that are left out, by name: for finding out which ones matter. */
  without?: ReadonlySet<string>;
}

/** Says what goes wrong, until the world heals; keeps the names of what did. */
export class Faults {
  readonly #options: FaultsOptions;
  readonly #fired: string[] = [];
  readonly #counts = new Map<string, number>();
  /** Writes so far, by name. */
  readonly writes: string[] = [];
  #healed = false;

  constructor(options: FaultsOptions) {
    this.#options = options;
  }

  get fired(): readonly string[] {
    return this.#fired;
  }

  get isHealed(): boolean {
    return this.#healed;
  }

  /** Nothing goes wrong from now on. */
  heal(): void {
    this.#healed = true;
  }

  /** What goes wrong at the next write, if anything. */
  atWrite(name: string): WriteFault | undefined {
    const index = this.writes.length;
    this.writes.push(name);
    const { single, weather, chance } = this.#options;
    if (single !== undefined)
      return single.write === index ? this.#fire(single.fault, `write ${index} ${name}`) : undefined;
    const [first, ...others] = weather.writeFaults;
    if (this.#healed || first === undefined || weather.writeFault === 0) return undefined;
    const drawn = chance.of(`write/${index}`);
    if (!drawn.is(weather.writeFault)) return undefined;
    return this.#fire(drawn.pick([first, ...others]), `write ${index} ${name}`);
  }

  /** Whether the next thing of this name goes wrong. */
  happens(name: string, probability: number): boolean {
    if (this.#healed || probability === 0) return false;
    const index = this.#counts.get(name) ?? 0;
    this.#counts.set(name, index + 1);
    return this.#options.chance.of(`${name}/${index}`).is(probability) && this.#fire(true, `${name} ${index}`) === true;
  }

  #fire<T>(what: T, name: string): T | undefined {
    if (this.#options.without?.has(name) === true) return undefined;
    this.#fired.push(name);
    return what;
  }
}
