import type { ServerResponse } from 'node:http';
import type { Platform } from '@meetingbot/crds-schema';
import { type Act, PLAIN, type Script } from './script.ts';

export type SitePlatform = Exclude<Platform, 'web'>;

/** What a page did or was told, as it says so itself. */
export interface Entry {
  /** Wall clock, milliseconds. */
  readonly at: number;
  /** Counted from 1; a reload is a visit of its own. */
  readonly visit: number;
  readonly what:
    | 'opened'
    /** Somebody asks to be let in, with this name and these devices. */
    | 'asked'
    | 'lobby'
    | 'inCall'
    | 'agreed'
    /** We wrote into the chat. */
    | 'said'
    /** A page that ends it is drawn. */
    | 'over'
    | 'leaveClicked'
    | 'gone';
  readonly name?: string;
  readonly microphone?: string;
  readonly camera?: string;
  readonly language?: string;
  /** With `opened`: what a signed-in browser has in its local storage, and the token behind the # of the address. */
  readonly stored?: string;
  readonly token?: string;
  readonly text?: string;
}

/** One meeting of a fake site: how it goes, and what happened in it. */
export class FakeMeeting {
  readonly platform: SitePlatform;
  /** What its address says. */
  readonly key: string;
  /** Of the tone that the others make. */
  readonly hertz: number;
  readonly journal: Entry[] = [];
  readonly #visits: readonly Partial<Script>[];
  readonly #pages = new Set<ServerResponse>();
  /** Called with each entry of the journal. */
  onNote: (entry: Entry) => void = () => undefined;
  #opened = 0;

  /** @param visits - how the first visit goes, the second, and all further ones */
  constructor(platform: SitePlatform, key: string, hertz: number, visits: readonly Partial<Script>[]) {
    this.platform = platform;
    this.key = key;
    this.hertz = hertz;
    this.#visits = visits;
  }

  /** A page of it is asked for: how this visit goes. */
  open(): { visit: number; script: Script } {
    this.#opened += 1;
    const script = this.#visits[Math.min(this.#opened, this.#visits.length) - 1];
    return { visit: this.#opened, script: { ...PLAIN, ...script } };
  }

  /** How the visit that is under way goes, for a page that belongs to it. */
  current(): { visit: number; script: Script } {
    const script = this.#visits[Math.min(Math.max(1, this.#opened), this.#visits.length) - 1];
    return { visit: Math.max(1, this.#opened), script: { ...PLAIN, ...script } };
  }

  /** Keeps the line open on which pages hear of {@link act}. */
  listen(page: ServerResponse): void {
    page.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).flushHeaders();
    this.#pages.add(page);
    page.once('close', () => this.#pages.delete(page));
  }

  /** Something happens in the call. @throws Error where no page is there to show it */
  act(act: Act): void {
    if (this.#pages.size === 0) throw new Error(`${this.key}: nobody is in it`);
    for (const page of this.#pages) page.write(`data: ${act}\n\n`);
  }

  note(entry: Entry): void {
    this.journal.push(entry);
    this.onNote(entry);
  }

  /** The last entry of this kind. */
  last(what: Entry['what']): Entry | undefined {
    return this.journal.findLast((entry) => entry.what === what);
  }
}
