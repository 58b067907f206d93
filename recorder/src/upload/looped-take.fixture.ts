import { boxesIn, requireBox } from '../mp4/boxes.ts';
import { FragmentSplitter } from '../mp4/fragment-splitter.ts';

/** A fragment of `encodeTake`, and of the recorder's encoder, lasts so long. */
const FRAGMENT_SECONDS = 2;

/** The fragments of one encoded take; `shifted` gives them as they come when the take has run before. */
export class LoopedTake {
  readonly init: Buffer;
  readonly fragments: readonly Buffer[];
  readonly #seconds: number;

  /**
   * @param take - of 25 pictures a second, at least a fragment longer than the loop: the last one only drains the sound encoder,
   * and would be followed by a hole
   * @param seconds - of the loop, an even number
   */
  constructor(take: Buffer, seconds: number) {
    const units = new FragmentSplitter().push(take);
    this.#seconds = seconds;
    this.init = units.find((unit) => unit.kind === 'init')?.bytes ?? Buffer.alloc(0);
    this.fragments = units
      .filter((unit) => unit.kind === 'fragment')
      .map((unit) => unit.bytes)
      .slice(0, seconds / FRAGMENT_SECONDS);
  }

  shifted(fragment: Buffer, rounds: number): Buffer {
    const copy = Buffer.from(fragment);
    const [moof] = boxesIn(copy);
    if (!moof) throw new Error('expected a moof');
    for (const traf of boxesIn(copy, moof.body, moof.end)) {
      if (traf.type !== 'traf') continue;
      const [tfhd, tfdt] = [requireBox(copy, traf, 'tfhd'), requireBox(copy, traf, 'tfdt')];
      const id = copy.readUInt32BE(tfhd.body + 4);
      const shift = rounds * this.#seconds * (id === 1 ? 12_800 : 48_000);
      copy.writeBigUInt64BE(copy.readBigUInt64BE(tfdt.body + 4) + BigInt(shift), tfdt.body + 4);
    }
    return copy;
  }
}
