import { UNCERTAINTY } from './change.ts';

/**
 * A resourceVersion that this replica gave out for a list or a bookmark, and what recent versions the list showed:
 * a watch from there knows exactly what its client has.
 */
export class Mark {
  readonly version: number;
  readonly #seen = new Map<string, number>();

  constructor(version: number) {
    this.version = version;
  }

  /** Notes what a list shows. What is older than the uncertainty can't come again. */
  note(id: string, version: number): void {
    if (version > this.version - UNCERTAINTY) this.#seen.set(id, version);
  }

  hasShown(id: string, version: number): boolean {
    return (this.#seen.get(id) ?? 0) >= version;
  }
}

/** Clients begin a watch at once after their list. Microseconds. */
const MAX_AGE = 5 * 60_000_000;
const MAX_COUNT = 2000;

/** The marks given out lately; an older one is as good as another replica's. */
export class Marks {
  readonly #marks = new Map<number, Mark>();

  add(version: number): Mark {
    const mark = new Mark(version);
    this.#marks.set(version, mark);
    for (const oldest of this.#marks.keys()) {
      if (this.#marks.size <= MAX_COUNT && oldest > version - MAX_AGE) break;
      this.#marks.delete(oldest);
    }
    return mark;
  }

  get(version: number): Mark | undefined {
    return this.#marks.get(version);
  }
}
