import type { Chance } from './chance.ts';

/** Taken before the trap is set: the one way in which a history touches the real event loop. */
const nextTurn = setImmediate;

interface Event {
  time: number;
  /** Orders events of the same millisecond by chance, then by age. */
  tie: number;
  sequence: number;
  act: (() => void) | undefined;
}

export interface Appointment {
  cancel(): void;
}

/** Simulated time: a heap of events. Between two of them every promise that can settle does. */
export class Scheduler {
  readonly #chance: Chance;
  readonly #heap: Event[] = [];
  #sequence = 0;
  #stopped = false;
  /** Milliseconds since the start of the history. */
  time = 0;
  /** Events done. */
  count = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** @param delay - milliseconds; less than a whole one counts as none */
  after(delay: number, act: () => void): Appointment {
    const event: Event = {
      time: this.time + Math.max(0, Math.floor(delay)),
      tie: this.#chance.next(),
      sequence: this.#sequence++,
      act,
    };
    push(this.#heap, event);
    return {
      cancel() {
        event.act = undefined;
      },
    };
  }

  /** Ends {@link run} after the event under way. */
  stop(): void {
    this.#stopped = true;
  }

  /**
   * Runs events until one lies behind `until`, `isDone` says so, or {@link stop} was called.
   * @param until - milliseconds since the start
   */
  async run(until: number, isDone: () => boolean): Promise<void> {
    this.#stopped = false;
    await settle();
    while (!this.#stopped && !isDone()) {
      const event = this.#heap[0];
      if (event === undefined || event.time > until) {
        this.time = Math.max(this.time, until);
        return;
      }
      pop(this.#heap);
      const { act } = event;
      if (act === undefined) continue;
      this.time = event.time;
      this.count++;
      act();
      await settle();
    }
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => {
    nextTurn(resolve);
  });
}

function before(a: Event, b: Event): boolean {
  if (a.time !== b.time) return a.time < b.time;
  return a.tie !== b.tie ? a.tie < b.tie : a.sequence < b.sequence;
}

function push(heap: Event[], event: Event): void {
  let at = heap.length;
  heap.push(event);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as Event;
    if (!before(event, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = event;
}

function pop(heap: Event[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1] as Event, heap[child] as Event)) child++;
    const below = heap[child] as Event;
    if (!before(below, last)) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = last;
}
