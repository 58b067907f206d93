import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** Bytes that may wait for a client before it is cut off; it comes again and begins where it was. */
const MAX_WAITING = 4 * 1024 * 1024;

/** The answer to a watch: lines, as they come, for as long as the client is there. */
export class WatchStream {
  readonly #raw: ServerResponse;
  readonly #closed = new AbortController();
  #isCorked = false;

  /** @param onClose - called once, whoever ends it */
  constructor(raw: ServerResponse, onClose: () => void) {
    this.#raw = raw;
    // Not the request's: that one closes as soon as its body has been read.
    raw.once('close', () => {
      this.#closed.abort();
      onClose();
    });
  }

  get isOpen(): boolean {
    return !this.#raw.destroyed && !this.#raw.writableEnded;
  }

  /** Aborted when it is over. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Sends the head at once, before there is anything to tell. */
  begin(): void {
    this.#raw.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
    this.#raw.flushHeaders();
  }

  /** Sends one line; who does not read is cut off. */
  send(line: Buffer): void {
    if (!this.isOpen) return;
    // What comes in one turn of the event loop goes in one packet.
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#raw.cork();
      setImmediate(() => this.#uncork());
    }
    this.#raw.write(line);
    if (this.#raw.writableLength > MAX_WAITING) this.#raw.destroy();
  }

  /** Sends many lines as fast as the client takes them. */
  async sendAll(lines: Iterable<Buffer>): Promise<void> {
    for (const line of lines) {
      if (!this.isOpen) return;
      if (this.#raw.write(line)) continue;
      await once(this.#raw, 'drain', { signal: this.closed }).catch(() => undefined);
    }
  }

  end(): void {
    // Node 24 would send the end of the body before the lines that are held back.
    this.#uncork();
    if (this.isOpen) this.#raw.end();
  }

  #uncork(): void {
    if (!this.#isCorked) return;
    this.#isCorked = false;
    this.#raw.uncork();
  }
}
