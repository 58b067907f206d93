/**
 * A reader of boxes that shares nothing with the muxer's, to judge its files by: ISO/IEC 14496-12 and nothing we know better.
 */

/** Boxes that hold boxes, and the bytes that stand before these. */
const CONTAINERS: Readonly<Record<string, number>> = {
  ...{ moov: 0, trak: 0, edts: 0, mdia: 0, minf: 0, dinf: 0, stbl: 0, mvex: 0, moof: 0, traf: 0, udta: 0 },
  ...{ dref: 8, stsd: 8, avc1: 78, avc3: 78, mp4a: 28 },
};

/** One box of a file, with those inside it. */
export class BoxNode {
  readonly type: string;
  /** Where it begins in the file, and where it ends. */
  readonly start: number;
  readonly end: number;
  readonly body: DataView;
  readonly children: readonly BoxNode[];

  constructor(file: Uint8Array, start: number, limit: number) {
    const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    const short = view.getUint32(start);
    const head = short === 1 ? 16 : 8;
    this.type = String.fromCharCode(...file.subarray(start + 4, start + 8));
    this.start = start;
    this.end = start + (short === 1 ? Number(view.getBigUint64(start + 8)) : short);
    if (this.end < start + head || this.end > limit) throw new Error(`${this.type} at ${start} ends at ${this.end}`);
    this.body = new DataView(file.buffer, file.byteOffset + start + head, this.end - start - head);
    const before = CONTAINERS[this.type];
    this.children = before === undefined ? [] : boxTree(file, start + head + before, this.end);
  }

  get version(): number {
    return this.body.getUint8(0);
  }

  get flags(): number {
    return this.body.getUint32(0) & 0xffffff;
  }

  all(type: string): BoxNode[] {
    return this.children.filter((child) => child.type === type);
  }

  has(type: string): boolean {
    return this.all(type).length > 0;
  }

  /** The box down a path of which each has to be there once. */
  one(...path: string[]): BoxNode {
    return path.reduce<BoxNode>((parent, type) => {
      const [child, ...more] = parent.all(type);
      if (!child || more.length > 0) throw new Error(`${parent.type} has ${parent.all(type).length} of ${type}`);
      return child;
    }, this);
  }

  /** Four characters of its body. */
  text(at: number): string {
    return String.fromCharCode(...[0, 1, 2, 3].map((index) => this.body.getUint8(at + index)));
  }

  /** The lines of its table, which begins at byte `at` with their number; each has `width` numbers of 32 bits. */
  lines(width: number, at = 4): number[][] {
    const count = this.body.getUint32(at);
    if (this.body.byteLength !== at + 4 + count * width * 4) throw new Error(`${this.type} is not ${count} lines long`);
    return Array.from({ length: count }, (_, line) =>
      Array.from({ length: width }, (_, column) => this.body.getUint32(at + 4 + (line * width + column) * 4)),
    );
  }
}

/** The boxes from `start` to `end`, which they have to fill. */
export function boxTree(file: Uint8Array, start = 0, end = file.length): BoxNode[] {
  const boxes: BoxNode[] = [];
  for (let at = start; at < end; at = boxes.at(-1)?.end ?? end) boxes.push(new BoxNode(file, at, end));
  return boxes;
}
