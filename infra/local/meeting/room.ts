import type { ClientMessage, Peer, ServerMessage } from './protocol.ts';

/** What visitors of the room's page get: the conference, a connection that never answers, or an empty page. */
export type PageVariant = 'conference' | 'never-loads' | 'blank';

export interface RoomSettings {
  /** Guests wait in `#waiting` until admitted or denied. */
  lobby: boolean;
  /** The page asks for consent to cookies before the join button can be clicked. */
  cookies: boolean;
  page: PageVariant;
}

export interface Person extends Peer {
  state: 'waiting' | 'in';
}

type Send = (message: ServerMessage) => void;

/** One meeting: who is in, who waits, and what each of them is told. Holds no sockets and no clock. */
export class Room {
  readonly settings: RoomSettings;
  readonly #people = new Map<string, { person: Person; send: Send }>();
  readonly #newId: () => string;

  constructor(settings: RoomSettings, newId: () => string) {
    this.settings = settings;
    this.#newId = newId;
  }

  people(): Person[] {
    return [...this.#people.values()].map(({ person }) => ({ ...person }));
  }

  /** Lets a visitor in, or into the lobby. @returns the id by which it is known from now on. */
  join({ name, role, wants }: Extract<ClientMessage, { type: 'join' }>, send: Send): string {
    const id = this.#newId();
    const waits = this.settings.lobby && role === 'guest';
    this.#people.set(id, { person: { id, name, role, wants, state: 'waiting' }, send });
    if (waits) send({ type: 'waiting' });
    else this.#enter(id);
    return id;
  }

  /** Passes on what two pages in the call tell each other; nobody in the lobby hears or says anything. */
  signal(from: string, to: string, data: unknown): void {
    const receiver = this.#people.get(to);
    if (this.#people.get(from)?.person.state !== 'in' || receiver?.person.state !== 'in') return;
    receiver.send({ type: 'signal', from, data });
  }

  leave(id: string): void {
    const left = this.#people.get(id);
    if (!this.#people.delete(id) || left?.person.state !== 'in') return;
    this.#tellOthers(id, { type: 'peer-left', id });
  }

  /** Lets everyone of that name (or everyone) in from the lobby. @returns how many. */
  admit(name?: string): number {
    const ids = this.#select('waiting', name);
    for (const id of ids) this.#enter(id);
    return ids.length;
  }

  /** Turns everyone of that name (or everyone) in the lobby away. @returns how many. */
  deny(name?: string): number {
    return this.#dismiss(this.#select('waiting', name), 'denied');
  }

  /** Removes people of that name from the call. @returns how many. */
  remove(name: string): number {
    return this.#dismiss(this.#select('in', name), 'removed');
  }

  /** The host ends the meeting for everyone, those in the lobby included. */
  end(): void {
    for (const { send } of this.#people.values()) send({ type: 'bye', reason: 'ended' });
    this.#people.clear();
  }

  #enter(id: string): void {
    const entry = this.#people.get(id);
    if (entry === undefined) return;
    const peers = this.#select('in').flatMap((other) => this.#peer(other) ?? []);
    entry.person.state = 'in';
    entry.send({ type: 'joined', id, peers });
    const peer = this.#peer(id);
    if (peer !== undefined) this.#tellOthers(id, { type: 'peer-joined', peer });
  }

  #dismiss(ids: string[], reason: 'denied' | 'removed'): number {
    for (const id of ids) {
      this.#people.get(id)?.send({ type: 'bye', reason });
      this.leave(id);
    }
    return ids.length;
  }

  #select(state: Person['state'], name?: string): string[] {
    return this.people()
      .filter((person) => person.state === state && (name === undefined || person.name === name))
      .map((person) => person.id);
  }

  #peer(id: string): Peer | undefined {
    const person = this.#people.get(id)?.person;
    return person && { id: person.id, name: person.name, role: person.role, wants: person.wants };
  }

  #tellOthers(id: string, message: ServerMessage): void {
    for (const [other, { person, send }] of this.#people) {
      if (other !== id && person.state === 'in') send(message);
    }
  }
}
