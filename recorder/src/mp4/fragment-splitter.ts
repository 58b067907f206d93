import { MAX_HEADER_BYTES, readHeader } from './boxes.ts';
import { Mp4Error } from './mp4-error.ts';

/** What a fragmented stream is made of: one initialisation, then fragments (one `moof` with its `mdat`). */
export interface StreamUnit {
  readonly kind: 'init' | 'fragment';
  readonly bytes: Buffer;
}

/** No box of ours comes near: two seconds of 1080p30 at the highest rate x264 is allowed are about 8 MiB. */
const MAX_BOX_BYTES = 64 * 1024 * 1024;

/**
 * Cuts a fragmented MP4 stream, which arrives in pieces of any size, into whole units.
 * What is held back is one unit at most; what is incomplete at the end is never handed out.
 * Boxes that carry no media (`styp`, `sidx`, `mfra` …) are left out.
 */
export class FragmentSplitter {
  #pieces: Buffer[] = [];
  #held = 0;
  #unit: Buffer[] = [];

  /** Bytes received and not handed out: 0 at a clean end of the stream. */
  get heldBytes(): number {
    return this.#held + this.#unit.reduce((sum, part) => sum + part.length, 0);
  }

  /**
   * Takes the next bytes and returns the units they complete, in order.
   * @throws Mp4Error `BadBox` when the bytes are not boxes or one is larger than 64 MiB; the stream is then lost.
   */
  push(bytes: Uint8Array): StreamUnit[] {
    this.#pieces.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    this.#held += bytes.byteLength;
    const units: StreamUnit[] = [];
    for (let box = this.#takeBox(); box; box = this.#takeBox()) {
      const unit = this.#complete(box.type, box.bytes);
      if (unit) units.push(unit);
    }
    return units;
  }

  #takeBox(): { type: string; bytes: Buffer } | undefined {
    if (this.#held < 8) return undefined;
    const header = readHeader(this.#peek(MAX_HEADER_BYTES), 0);
    if (!header) return undefined;
    if (header.end > MAX_BOX_BYTES) {
      throw new Mp4Error(
        'BadBox',
        `box ${JSON.stringify(header.type)} of ${header.end} bytes: at most ${MAX_BOX_BYTES}`,
      );
    }
    if (this.#held < header.end) return undefined;
    const all =
      this.#pieces.length === 1 && this.#pieces[0] ? this.#pieces[0] : Buffer.concat(this.#pieces, this.#held);
    const rest = all.subarray(header.end);
    this.#pieces = rest.length > 0 ? [rest] : [];
    this.#held = rest.length;
    return { type: header.type, bytes: all.subarray(0, header.end) };
  }

  #peek(length: number): Buffer {
    const first = this.#pieces[0];
    if (first && first.length >= length) return first;
    const merged = Buffer.concat(this.#pieces, this.#held);
    this.#pieces = [merged];
    return merged;
  }

  #complete(type: string, bytes: Buffer): StreamUnit | undefined {
    switch (type) {
      case 'ftyp':
      case 'moof':
        this.#unit = [bytes];
        return undefined;
      case 'moov':
        return this.#emit('init', bytes);
      case 'mdat':
        // Without its moof this media has no index: the head of the stream is missing.
        return this.#unit.length > 0 ? this.#emit('fragment', bytes) : undefined;
      default:
        return undefined;
    }
  }

  #emit(kind: StreamUnit['kind'], last: Buffer): StreamUnit {
    const bytes = Buffer.concat([...this.#unit, last]);
    this.#unit = [];
    return { kind, bytes };
  }
}
