import type { MeetingKey } from '@meetingbot/crds-schema';
import { keyString } from '@meetingbot/crds-schema';
import { Places } from './places.ts';

export interface SlotLimits {
  /** Recorders alive at once. */
  total: number;
  /** Recorders alive at once in one namespace. */
  perNamespace: number;
}

/**
 * Who may have a recorder. Free places go round the namespaces that wait, and within a namespace to the one that
 * has waited longest, so that a thousand Meetings of one team don't keep another team's single one out.
 * Held in memory: a new leader fills it from the open attempts before it launches anything.
 */
export class Slots {
  readonly #limits: SlotLimits;
  readonly #held = new Map<string, string>();
  readonly #heldIn = new Map<string, number>();
  readonly #places = new Places();
  /** Waiting keys by namespace, each in the order they came; the namespace served last is at the end. */
  readonly #waiting = new Map<string, Set<string>>();
  readonly #wake: (key: string) => void;

  /** @param wake - called with the key of a waiting Meeting when it may ask again */
  constructor(limits: SlotLimits, wake: (key: string) => void) {
    this.#limits = limits;
    this.#wake = wake;
  }

  get held(): number {
    return this.#held.size;
  }

  get waiting(): number {
    let sum = 0;
    for (const keys of this.#waiting.values()) sum += keys.size;
    return sum;
  }

  /** Forgets everybody. */
  clear(): void {
    this.#held.clear();
    this.#heldIn.clear();
    this.#places.clear();
    this.#waiting.clear();
  }

  /** The number of the place that a Meeting holds, for its attempt to carry: `{}` while it holds none. */
  placeOf(key: MeetingKey): { slot?: number } {
    const slot = this.#places.of(keyString(key));
    return slot === undefined ? {} : { slot };
  }

  /**
   * Marks a recorder that is alive whatever the limits say.
   * @param slot - the number of its place, where it has one from an earlier life of the controller
   */
  hold(key: MeetingKey, slot?: number): void {
    const id = keyString(key);
    this.#leaveQueue(key.namespace, id);
    if (this.#held.has(id)) return;
    this.#held.set(id, key.namespace);
    this.#places.take(id, slot);
    this.#heldIn.set(key.namespace, (this.#heldIn.get(key.namespace) ?? 0) + 1);
  }

  /** Takes a place if one is free and nobody else is before; otherwise the place in the queue, from 1. */
  ask(key: MeetingKey): { kind: 'free' } | { kind: 'taken'; position: number } {
    const id = keyString(key);
    if (this.#held.has(id)) return { kind: 'free' };
    const queue = this.#waiting.get(key.namespace) ?? new Set();
    queue.add(id);
    this.#waiting.set(key.namespace, queue);
    const free = this.#limits.total - this.#held.size;
    const order = this.#order();
    const position = order.indexOf(id) + 1;
    if (position >= 1 && position <= free) {
      this.hold(key);
      // Served: its namespace goes to the end of the round.
      const rest = this.#waiting.get(key.namespace);
      if (rest !== undefined) {
        this.#waiting.delete(key.namespace);
        this.#waiting.set(key.namespace, rest);
      }
      return { kind: 'free' };
    }
    return { kind: 'taken', position: position >= 1 ? position : order.length + [...queue].indexOf(id) + 1 };
  }

  /** The Meeting has no recorder and wants none: its place, or its place in the queue, is free. */
  release(key: MeetingKey): void {
    const id = keyString(key);
    this.#leaveQueue(key.namespace, id);
    if (!this.#held.delete(id)) return;
    this.#places.free(id);
    const left = (this.#heldIn.get(key.namespace) ?? 1) - 1;
    if (left === 0) this.#heldIn.delete(key.namespace);
    else this.#heldIn.set(key.namespace, left);
    // More than one place may be free, where a namespace's own limit was what kept its Meetings waiting.
    for (const next of this.#order().slice(0, Math.max(0, this.#limits.total - this.#held.size))) this.#wake(next);
  }

  /** Waiting keys that their namespace's limit allows, in the order in which they will be served. */
  #order(): string[] {
    const rounds = [...this.#waiting].map(([namespace, keys]) => {
      const room = Math.max(0, this.#limits.perNamespace - (this.#heldIn.get(namespace) ?? 0));
      return [...keys].slice(0, room);
    });
    const longest = Math.max(0, ...rounds.map((keys) => keys.length));
    const order: string[] = [];
    for (let round = 0; round < longest; round++) {
      for (const keys of rounds) {
        const key = keys[round];
        if (key !== undefined) order.push(key);
      }
    }
    return order;
  }

  #leaveQueue(namespace: string, id: string): void {
    const queue = this.#waiting.get(namespace);
    queue?.delete(id);
    if (queue?.size === 0) this.#waiting.delete(namespace);
  }
}
