import ffmpeg from 'fluent-ffmpeg';

/** What is recorded and how. */
export interface EncoderOptions {
  /** `video`: picture and sound. `audio`: sound only, the display is never touched. */
  readonly kind: 'video' | 'audio';
  /** The display, as in `DISPLAY`; not used for `audio`. */
  readonly display: string;
  /** The PulseAudio source. */
  readonly source: string;
  /** Picture size in pixels, even numbers, at most the display's size. */
  readonly width: number;
  readonly height: number;
  /** Frames a second of the recording. Default 25. */
  readonly frameRate?: number;
  /** Length of a fragment and distance of key frames, in seconds. Default 2. */
  readonly fragmentSeconds?: number;
}

/** File descriptors that the encoder writes its reports to; see {@link encoderArguments}. */
export const PROGRESS_FD = 3;
export const LEVELS_FD = 4;
export const PICTURE_FD = 5;

const SAMPLE_RATE = 48_000;
/** Samples in a frame of AAC-LC, which is also what the encoder puts in front of the first sample. */
const AAC_FRAME = 1024;
/**
 * How much later than Chromium believes its sound is heard at the sink: 13 to 26 ms, measured on <video> elements.
 * Against it stands that a picture is grabbed half of a picture's time after what it shows appeared, on average.
 */
const SOUND_LAG_SECONDS = 0.02;
/**
 * Sound before this media time is left out: the time stamps of the first packets are up to 30 ms off until ffmpeg's estimate of
 * the sound server's latency has settled (some ten packets), and what follows is placed relative to the first that is used.
 */
const SETTLE_SECONDS = 0.25;
/**
 * Put on the time stamps of what is measured once a second: ffmpeg feeds the branch that is furthest behind, and would
 * otherwise hold back the recording until the next second is full.
 */
const AHEAD = '1000000/TB';

/**
 * The arguments of the one ffmpeg that captures and encodes. This is the only file that knows fluent-ffmpeg, whose upkeep
 * has ended: it composes the command here; starting, watching and ending the process is ours.
 */
export function encoderArguments(options: EncoderOptions): string[] {
  const frameRate = options.frameRate ?? 25;
  const fragmentSeconds = options.fragmentSeconds ?? 2;
  const video = options.kind === 'video';
  const command = ffmpeg();

  // Sound first: the screen must not wait, grabbing nothing, until the sound is open.
  command
    .input(options.source)
    .inputOptions([
      ...['-f', 'pulse', '-sample_rate', String(SAMPLE_RATE), '-channels', '2'],
      ...['-fragment_size', String((SAMPLE_RATE / 50) * 4), '-thread_queue_size', '4096'],
      ...['-probesize', '32', '-analyzeduration', '0'],
      ...(video ? ['-isync', '1', '-itsoffset', String(0.5 / frameRate - SOUND_LAG_SECONDS)] : []),
    ]);
  if (video) {
    command
      .input(options.display)
      .inputOptions([
        ...['-f', 'x11grab', '-draw_mouse', '0', '-framerate', String(frameRate)],
        ...['-video_size', `${options.width}x${options.height}`, '-thread_queue_size', '64'],
        ...['-probesize', '32', '-analyzeduration', '0'],
      ]);
  }

  command.complexFilter([...soundFilters(), ...(video ? [pictureFilter()] : [])]);

  const output = command.output('pipe:1');
  if (video) {
    const gop = String(Math.round(frameRate * fragmentSeconds));
    output.outputOptions([
      ...['-map', '1:v', '-c:v', 'libx264', '-preset', 'superfast', '-profile:v', 'main', '-pix_fmt', 'yuv420p'],
      ...['-crf', '25', '-maxrate', '3M', '-bufsize', '6M', '-threads', '1'],
      ...['-g', gop, '-keyint_min', gop, '-sc_threshold', '0', '-bf', '0'],
      ...['-fps_mode:v', 'cfr', '-r', String(frameRate)],
    ]);
  }
  output.outputOptions([
    ...['-map', '[stereo]', '-map', '[mono]', '-c:a', 'aac', '-ar', String(SAMPLE_RATE)],
    ...['-b:a:0', '128k', '-b:a:1', '64k'],
    ...['-f', 'mp4', '-movflags', `empty_moov+default_base_moof${video ? '+frag_keyframe' : ''}`],
    ...(video ? [] : ['-frag_duration', String(fragmentSeconds * 1e6)]),
    ...['-flush_packets', '1'],
  ]);
  return [
    ...['-hide_banner', '-nostats', '-loglevel', 'info', '-stats_period', '1', '-progress', `pipe:${PROGRESS_FD}`],
    ...command._getArguments(),
  ];
}

/** Both audio tracks and the level meter from the one source. */
function soundFilters(): string[] {
  const resample = ['async=480', 'min_comp=0.004', `first_pts=${AAC_FRAME}`].join(':');
  const meter = [
    `asetnsamples=${SAMPLE_RATE}`,
    'astats=metadata=1:reset=1:measure_perchannel=none:measure_overall=RMS_level',
    `ametadata=mode=print:key=lavfi.astats.Overall.RMS_level:direct=1:file=pipe\\\\:${LEVELS_FD}`,
    `asetpts=PTS+${AHEAD},anullsink`,
  ].join(',');
  return [
    `[0:a]atrim=start=${SETTLE_SECONDS},aresample=${resample},aformat=channel_layouts=stereo,asplit=2[stereo][down]`,
    '[down]aformat=channel_layouts=mono,asplit=2[mono][meter]',
    `[meter]${meter}`,
  ];
}

/** Brightness and change of one small picture a second. */
function pictureFilter(): string {
  const small = 'fps=1:round=down,scale=64:36:flags=area,format=gray';
  return `[1:v]${small},signalstats,metadata=mode=print:direct=1:file=pipe\\\\:${PICTURE_FD},setpts=PTS+${AHEAD},nullsink`;
}
