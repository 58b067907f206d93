/** A growing list of numbers without an object for each: a two-hour index has a million of them. */
export class NumberList {
  readonly #make: (length: number) => Uint32Array | Int32Array | Float64Array;
  #values: Uint32Array | Int32Array | Float64Array;
  #length = 0;

  constructor(make: (length: number) => Uint32Array | Int32Array | Float64Array) {
    this.#make = make;
    this.#values = make(1024);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = this.#make(this.#length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** The numbers so far; a view that is good until the next `push`. */
  view(): Uint32Array | Int32Array | Float64Array {
    return this.#values.subarray(0, this.#length);
  }

  at(index: number): number {
    const value = index < this.#length ? this.#values[index] : undefined;
    if (value === undefined) throw new RangeError(`index ${index} of ${this.#length}`);
    return value;
  }

  set(index: number, value: number): void {
    if (index >= this.#length) throw new RangeError(`index ${index} of ${this.#length}`);
    this.#values[index] = value;
  }
}

/** Unsigned 32-bit numbers. */
export const u32List = (): NumberList => new NumberList((length) => new Uint32Array(length));
/** Signed 32-bit numbers. */
export const i32List = (): NumberList => new NumberList((length) => new Int32Array(length));
/** Whole numbers up to 2^53. */
export const f64List = (): NumberList => new NumberList((length) => new Float64Array(length));

/** Equal numbers in a row, kept as (count, value): what `stts` and `ctts` are. */
export class RunLengths {
  readonly counts = u32List();
  readonly values = i32List();

  push(value: number): void {
    const last = this.counts.length - 1;
    if (last >= 0 && this.values.at(last) === value) {
      this.counts.set(last, this.counts.at(last) + 1);
    } else {
      this.counts.push(1);
      this.values.push(value);
    }
  }

  /** The most frequent value; 0 for an empty list. */
  mode(): number {
    const totals = new Map<number, number>();
    for (let i = 0; i < this.counts.length; i++) {
      totals.set(this.values.at(i), (totals.get(this.values.at(i)) ?? 0) + this.counts.at(i));
    }
    return [...totals].reduce((best, each) => (each[1] > best[1] ? each : best), [0, 0])[0];
  }
}
