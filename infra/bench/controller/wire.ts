import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An answer, read to its end. */
export interface Answer {
  status: number;
  body: string;
}

/**
 * One kept connection with one request at a time, and no more of HTTP than our API's answers need: a load generator
 * must cost less than what it measures.
 */
export class Wire {
  readonly #socket: Socket;
  readonly #host: string;
  #buffer: Buffer = Buffer.alloc(0);
  #settle: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.setNoDelay(true);
    socket.on('data', (data: Buffer) => this.#read(data));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the connection was closed')));
  }

  /** @param url - such as http://127.0.0.1:3000 */
  static async open(url: string): Promise<Wire> {
    const { hostname, port, host } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new Wire(socket, host);
  }

  /** false once the other end, or we, closed it. */
  get isOpen(): boolean {
    return this.#socket.readyState === 'open';
  }

  /** @throws Error when the connection is closed, or breaks before the answer is whole */
  send(method: string, path: string, headers: string, body: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (!this.isOpen) throw new Error('the connection is closed');
      this.#settle = { resolve, reject };
      this.#socket.write(
        `${method} ${path} HTTP/1.1\r\nhost: ${this.#host}\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(data: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? data : Buffer.concat([this.#buffer, data]);
    const end = this.#buffer.indexOf('\r\n\r\n');
    if (end === -1) return;
    const head = this.#buffer.toString('latin1', 0, end);
    const length = Number(/^content-length: (\d+)\r?$/im.exec(head)?.[1] ?? 0);
    if (this.#buffer.length < end + 4 + length) return;
    const body = this.#buffer.toString('utf8', end + 4, end + 4 + length);
    this.#buffer = this.#buffer.subarray(end + 4 + length);
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.resolve({ status: Number(head.slice(9, 12)), body });
  }

  #fail(error: Error): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.reject(error);
  }
}

/** Connections in use by turns: a call waits for a free one. One that the API closed, being idle, is opened anew. */
export class Wires {
  readonly #url: string;
  readonly #free: Wire[];
  readonly #waiting: ((wire: Wire) => void)[] = [];

  private constructor(url: string, wires: Wire[]) {
    this.#url = url;
    this.#free = wires;
  }

  static async open(url: string, count: number): Promise<Wires> {
    return new Wires(url, await Promise.all(Array.from({ length: count }, () => Wire.open(url))));
  }

  async send(method: string, path: string, headers: string, body: string): Promise<Answer> {
    let wire = this.#free.shift() ?? (await new Promise<Wire>((resolve) => this.#waiting.push(resolve)));
    try {
      if (!wire.isOpen) wire = await Wire.open(this.#url);
      return await wire.send(method, path, headers, body);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(wire);
      else next(wire);
    }
  }

  close(): void {
    for (const wire of this.#free) wire.close();
  }
}
