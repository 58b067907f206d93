/** What later values are called once the bound is reached. */
export const OTHERS = '_others';

/** Values of a label that users choose: the first `most` keep their names in this process, all later ones share one. */
export class BoundedLabel {
  readonly #known = new Set<string>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  of(value: string): string {
    if (this.#known.has(value)) return value;
    if (this.#known.size >= this.#most) return OTHERS;
    this.#known.add(value);
    return value;
  }
}
