import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { toBlocks } from '../media/index.ts';
import { takeOutput } from './encoded-media.fixture.ts';

const RATE = 25;
/** Bits of a picture's number; there is a block more for parity. */
const BITS = 15;
export const NUMBER_BLOCKS = BITS + 1;

export interface NumberedTake {
  /** What the first picture is numbered; each has one more than the one before. Up to 32 767. */
  readonly first: number;
  readonly seconds: number;
  /** x264's own options; default those of the recorder. */
  readonly x264?: readonly string[];
  /** Megabits a second that the picture takes whatever is in it, for a large file. */
  readonly megabits?: number;
}

/** A take as the encoder makes it, 320×180 and a low tone, of pictures that are barcodes of their numbers over all their width. */
export async function encodeNumberedTake({ first, seconds, x264, megabits }: NumberedTake): Promise<Buffer> {
  const [filled, kilobits] = ['nal-hrd=cbr:filler=1', `${(megabits ?? 0) * 1000}k`];
  const running = promisify(execFile)(
    'ffmpeg',
    [
      ...['-v', 'error', '-f', 'rawvideo', '-pixel_format', 'gray', '-video_size', `${NUMBER_BLOCKS}x1`],
      ...['-framerate', String(RATE), '-i', 'pipe:0', '-f', 'lavfi', '-i', 'aevalsrc=0.2*sin(2*PI*200*t):s=48000'],
      ...['-filter_complex', '[1:a]asplit[a][b];[a]aformat=channel_layouts=stereo[stereo];[b]anull[mono]'],
      ...['-map', '0:v', '-vf', 'scale=320:180:flags=neighbor,format=yuv420p', '-c:v', 'libx264', '-threads', '1'],
      ...(x264 ?? ['-preset', 'ultrafast', '-profile:v', 'main']),
      ...['-g', String(2 * RATE), '-keyint_min', String(2 * RATE), '-sc_threshold', '0', '-bf', '0'],
      ...['-colorspace', 'smpte170m', '-color_primaries', 'bt709', '-color_trc', 'iec61966-2-1', '-color_range', 'tv'],
      ...(megabits ? ['-x264-params', filled, '-b:v', kilobits, '-maxrate', kilobits, '-bufsize', kilobits] : []),
      ...takeOutput(seconds),
    ],
    { encoding: 'buffer', maxBuffer: 512 * 1024 * 1024 },
  );
  const pictures = Array.from({ length: seconds * RATE }, (_, index) => toBlocks(first + index, BITS));
  running.child.stdin?.end(Buffer.from(pictures.flat().map((white) => (white ? 255 : 0))));
  return (await running).stdout;
}
