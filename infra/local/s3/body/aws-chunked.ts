import { Transform, type TransformCallback } from 'node:stream';
import { S3Error } from '../errors.ts';

/** Longest line of chunk header or trailer, in bytes: a signature needs a hundred. */
const MAX_LINE = 4096;

/**
 * Takes the framing off a body sent with `Content-Encoding: aws-chunked`
 * (`size[;chunk-signature=…] CRLF data CRLF … 0 CRLF trailer:value CRLF CRLF`), as AWS's SDKs send streams.
 * Chunk signatures are not checked.
 */
export class AwsChunkedDecoder extends Transform {
  readonly trailers = new Map<string, string>();
  #state: 'size' | 'data' | 'dataEnd' | 'trailers' | 'done' = 'size';
  #line = '';
  #left = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, callback: TransformCallback): void {
    try {
      let at = 0;
      while (at < chunk.length) at = this.#state === 'data' ? this.#takeData(chunk, at) : this.#takeLine(chunk, at);
      callback();
    } catch (error) {
      callback(error as Error);
    }
  }

  override _flush(callback: TransformCallback): void {
    // Some clients leave out the empty line behind the trailers.
    const whole = this.#state === 'done' || this.#state === 'trailers';
    callback(whole ? null : incomplete());
  }

  #takeData(chunk: Buffer, at: number): number {
    const data = chunk.subarray(at, at + this.#left);
    this.push(data);
    this.#left -= data.length;
    if (this.#left === 0) this.#state = 'dataEnd';
    return at + data.length;
  }

  #takeLine(chunk: Buffer, at: number): number {
    const newline = chunk.indexOf(0x0a, at);
    const end = newline === -1 ? chunk.length : newline + 1;
    this.#line += chunk.toString('latin1', at, end);
    if (this.#line.length > MAX_LINE) throw incomplete();
    if (newline !== -1) {
      const line = this.#line.replace(/\r?\n$/, '');
      this.#line = '';
      this.#finishLine(line);
    }
    return end;
  }

  #finishLine(line: string): void {
    switch (this.#state) {
      case 'size': {
        const size = /^([0-9a-f]{1,12})(;.*)?$/i.exec(line)?.[1];
        if (size === undefined) throw incomplete();
        this.#left = Number.parseInt(size, 16);
        this.#state = this.#left === 0 ? 'trailers' : 'data';
        return;
      }
      case 'dataEnd':
        if (line !== '') throw incomplete();
        this.#state = 'size';
        return;
      case 'trailers': {
        if (line === '') {
          this.#state = 'done';
          return;
        }
        const colon = line.indexOf(':');
        if (colon < 1) throw incomplete();
        this.trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
        return;
      }
      case 'done':
      case 'data':
        return;
    }
  }
}

const incomplete = () => new S3Error('IncompleteBody', 'The request body terminated unexpectedly');
