import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Pictures a second: not in step with what a display draws (30) nor with what is grabbed (25). A film of 30 has each of its
 * pictures drawn equally late, anything from 0 to 33 ms, and what changes as the clocks slide is no drift of ours.
 */
const RATE = 47;
/** A flash and a beep each 48 pictures, 1.02 s: they fall on 47 phases of both. The flash lasts 106 ms. */
const PULSE_FRAMES = 48;
const FLASH_FRAMES = 5;

/** Along the lower edge of the film its pictures are numbered by a barcode, see `barcode.ts`: so high, in pixels. */
const STRIP = 20;
const BITS = 9;

/** How the pictures of a film are numbered, for {@link measureFrames}: `region` of a recording that the film fills. */
export function filmNumbers({ width, height }: { width: number; height: number }) {
  const strip = (height * STRIP) / 180;
  return { region: { x: 0, y: height - strip, width, height: strip }, bits: BITS, sourceRate: RATE };
}

/** The blocks of the number of a picture: neighbouring bits that differ make the Gray code, whose parity is the last bit. */
function numberStrip(): string {
  const blocks = Array.from({ length: BITS }, (_, block) => {
    const bit = 2 ** (BITS - 1 - block);
    return `mod(floor(mod(n,${2 ** BITS})/${2 * bit})+floor(n/${bit}),2)`;
  }).concat('mod(n,2)');
  const width = 320 / blocks.length;
  const box = (x: number, w: number) => `drawbox=x=${x}:y=${180 - STRIP}:w=${w}:h=${STRIP}:t=fill`;
  const white = blocks.map((on, block) => `${box(block * width, width)}:color=white:enable='${on}'`);
  return [`${box(0, 320)}:color=black`, ...white].join(',');
}

/** Makes a film that flashes white on black and beeps at the same moment, its pictures numbered: VP8 and Opus in WebM, 320×180. */
export async function makeFlashFilm(
  file: string,
  { seconds, beep }: { seconds: number; beep: { hertz: number; seconds: number; level: number } },
): Promise<void> {
  const period = PULSE_FRAMES / RATE;
  const flash = `drawbox=w=iw:h=ih:t=fill:color=white:enable='lt(mod(n,${PULSE_FRAMES}),${FLASH_FRAMES})'`;
  const tone = `${beep.level}*sin(2*PI*${beep.hertz}*mod(t,${period}))*lt(mod(t,${period}),${beep.seconds})`;
  await promisify(execFile)('ffmpeg', [
    ...['-hide_banner', '-loglevel', 'error', '-y', '-t', String(seconds)],
    ...['-f', 'lavfi', '-i', `color=black:s=320x180:r=${RATE},format=yuv420p,${flash},${numberStrip()}`],
    ...['-t', String(seconds), '-f', 'lavfi', '-i', `aevalsrc='${tone}':s=48000`],
    ...['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '200k', '-c:a', 'libopus', file],
  ]);
}
