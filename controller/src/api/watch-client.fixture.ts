import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** A line of a watch. */
export interface Line {
  type: string;
  // The shape of an answer is what tests look at.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  object: any;
}

const DEADLINE_MS = 10_000;
const POLL_MS = 2;

/** A client of one watch, over a real connection. */
export class WatchClient {
  readonly lines: Line[] = [];
  readonly #request: ClientRequest;
  #answer: IncomingMessage | undefined;
  #text = '';
  isEnded = false;

  constructor(url: string, headers: Record<string, string> = {}) {
    this.#request = request(url, { headers, agent: false }, (answer) => {
      this.#answer = answer;
      answer.setEncoding('utf8');
      answer.on('data', (data: string) => this.#take(data));
      answer.on('close', () => {
        this.isEnded = true;
      });
    });
    this.#request.on('error', () => {
      this.isEnded = true;
    });
    this.#request.end();
  }

  get status(): number | undefined {
    return this.#answer?.statusCode;
  }

  /** `TYPE name` of what has come. */
  get told(): string[] {
    return this.lines.map(({ type, object }) => `${type} ${object.metadata.name ?? ''}`.trim());
  }

  /** Waits for so many lines in all. */
  async until(count: number): Promise<Line[]> {
    await eventually(
      () => this.lines.length >= count,
      () => `${count} lines, got ${this.told.join(', ')}`,
    );
    return this.lines;
  }

  async ended(): Promise<void> {
    await eventually(
      () => this.isEnded,
      () => 'the end of the watch',
    );
  }

  async begun(): Promise<number> {
    await eventually(
      () => this.status !== undefined,
      () => 'the head of the answer',
    );
    return this.status ?? 0;
  }

  /** Stops reading: its window fills up. */
  pause(): void {
    this.#answer?.pause();
    this.#answer?.removeAllListeners('data');
    this.#answer?.socket.pause();
  }

  close(): void {
    this.#request.destroy();
  }

  #take(data: string): void {
    const parts = `${this.#text}${data}`.split('\n');
    this.#text = parts.pop() ?? '';
    for (const part of parts) this.lines.push(JSON.parse(part));
  }
}

/** @throws Error when it does not come true in time */
export async function eventually(isSo: () => boolean, what: () => string): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what()}`);
    await sleep(POLL_MS);
  }
}

export async function listen(app: FastifyInstance): Promise<string> {
  return app.listen({ port: 0, host: '127.0.0.1' });
}
