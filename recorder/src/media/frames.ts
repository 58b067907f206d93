import type { ProcessDeps } from '../process/index.ts';
import { fromBlocks } from './barcode.ts';
import { cropTo, type Region, runTool } from './tool.ts';

export interface FrameOptions {
  /** Where the barcode is in the recording. */
  readonly region: Region;
  /** Bits of the counter; the barcode has one block more. */
  readonly bits: number;
  /** How many numbers a second the source counts. */
  readonly sourceRate: number;
  /** Pictures a second of the recording. */
  readonly frameRate: number;
}

export interface FrameReport {
  /** Recorded pictures that were looked at. */
  readonly frames: number;
  /** Pictures in which no number could be read. */
  readonly unreadable: number;
  /** Pictures that show the same number as the one before, though the source had counted on. */
  readonly doubled: number;
  /** Pictures that should have been taken between two recorded ones and were not. */
  readonly lost: number;
  /** Doubled and lost together, as a share of `frames`. */
  readonly share: number;
}

/**
 * Counts the pictures that a recording of a counting barcode lost or doubled. The source must count at least as fast as the
 * recording takes pictures.
 * @throws MediaError `Unreadable`.
 */
export async function measureFrames(file: string, options: FrameOptions, deps: ProcessDeps): Promise<FrameReport> {
  return judgeFrames(await readNumbers(file, options, deps), options);
}

/** The number that each recorded picture shows, in order; undefined where it could not be read. */
export async function readNumbers(
  file: string,
  options: Pick<FrameOptions, 'region' | 'bits'>,
  deps: ProcessDeps,
): Promise<(number | undefined)[]> {
  const blocks = options.bits + 1;
  const numbers: (number | undefined)[] = [];
  let rest: Buffer = Buffer.alloc(0);
  const filter = `${cropTo(options.region)},scale=${blocks}:1:flags=area,format=gray`;
  const output = ['-fps_mode', 'passthrough', '-f', 'rawvideo', '-'];
  await runTool('ffmpeg', ['-i', file, '-map', '0:v:0', '-vf', filter, ...output], deps, (data) => {
    let bytes = Buffer.concat([rest, data]);
    for (; bytes.length >= blocks; bytes = bytes.subarray(blocks)) numbers.push(fromBlocks(bytes.subarray(0, blocks)));
    rest = Buffer.from(bytes);
  });
  return numbers;
}

/** The judgement of {@link measureFrames} on numbers that were read already. */
export function judgeFrames(
  numbers: readonly (number | undefined)[],
  options: Pick<FrameOptions, 'bits' | 'sourceRate' | 'frameRate'>,
): FrameReport {
  const usual = options.sourceRate / options.frameRate;
  const wrap = 2 ** options.bits;
  let doubled = 0;
  let lost = 0;
  let last: { number: number; at: number } | undefined;
  numbers.forEach((number, at) => {
    if (number === undefined) return;
    if (last !== undefined) {
      const step = (number - last.number + wrap) % wrap;
      const pictures = at - last.at;
      if (step === 0) doubled += pictures;
      else lost += Math.max(0, Math.round(step / usual - pictures - 0.5));
    }
    last = { number, at };
  });
  return {
    frames: numbers.length,
    unreadable: numbers.filter((number) => number === undefined).length,
    doubled,
    lost,
    share: numbers.length === 0 ? 0 : (doubled + lost) / numbers.length,
  };
}
