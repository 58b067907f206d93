/** Progress for people: one line an event, with the seconds since the start and since the line before. */
export class ProgressLines {
  readonly #start = performance.now();
  #last = this.#start;

  line(what: string, detail = ''): void {
    const now = performance.now();
    const total = ((now - this.#start) / 1000).toFixed(1).padStart(6);
    const step = `+${((now - this.#last) / 1000).toFixed(1)}`.padStart(6);
    this.#last = now;
    console.log(`${total} s ${step}  ${what.padEnd(14)} ${detail}`.trimEnd());
  }

  get seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }
}
