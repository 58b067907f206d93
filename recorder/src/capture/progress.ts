/** How the encoder is doing, as ffmpeg's `-progress` last told. */
export interface EncoderProgress {
  /** Pictures encoded since the start. */
  readonly frame: number;
  /** Pictures a second, averaged since the start. */
  readonly fps: number;
  /** Pictures that ffmpeg put in twice because none came in time, since the start. */
  readonly dupFrames: number;
  /** Pictures that ffmpeg left out because they came too close, since the start. */
  readonly dropFrames: number;
  /** Encoded time divided by real time; below 1 the encoder falls behind. */
  readonly speed: number;
  /** Media time that was written, in seconds. */
  readonly outTimeSeconds: number;
}

export const NO_PROGRESS: EncoderProgress = {
  frame: 0,
  fps: 0,
  dupFrames: 0,
  dropFrames: 0,
  speed: 0,
  outTimeSeconds: 0,
};

/** A reader of `-progress` output: blocks of `key=value` lines, each closed by a line `progress=continue|end`. */
export function progressReader(onProgress: (progress: EncoderProgress) => void): (text: string) => void {
  let rest = '';
  let block = new Map<string, string>();
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [key = '', value = ''] = line.split('=');
      block.set(key.trim(), value.trim());
      if (key === 'progress') {
        onProgress(toProgress(block));
        block = new Map();
      }
    }
  };
}

/** Values that ffmpeg does not know yet ("N/A") or does not write (no picture) are zero. */
function toProgress(block: ReadonlyMap<string, string>): EncoderProgress {
  const value = (key: string) => Number.parseFloat(block.get(key) ?? '') || 0;
  return {
    frame: value('frame'),
    fps: value('fps'),
    dupFrames: value('dup_frames'),
    dropFrames: value('drop_frames'),
    speed: value('speed'),
    outTimeSeconds: value('out_time_us') / 1e6,
  };
}
