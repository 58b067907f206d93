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
/** Samples that the sound server hands over at a time, 40 ms. */
const SOUND_FRAGMENT = 1920;
/** Samples in a frame of AAC-LC, which is also what the encoder puts in front of the first sample. */
const AAC_FRAME = 1024;
/**
 * How much later than Chromium believes its sound is heard at the sink, less what the picture is late: it is grabbed half of a
 * picture's time after what it shows appeared, on average. With it a page's film is 0 ms off.
 */
const SOUND_LAG_SECONDS = 0.023;
/**
 * Sound before this is left out: the time stamps of the first packets are up to 30 ms off until ffmpeg's estimate of the sound
 * server's latency has settled (some ten packets), and what follows is placed relative to the first that is used.
 */
const SETTLE_SECONDS = 0.25;
/**
 * And pictures before this, at 1280×720; in proportion to their size at others. Each picture that is on its way to the encoder
 * is a piece of shared memory of its own, and the first grab into it takes 36 ms at 720p and 65 at 1080p, since the kernel maps
 * it page by page on both sides. Until there are enough of them pictures come late: 9 to 25 of the first 45 at 1080p on a busy
 * machine, none with this.
 */
const WARM_SECONDS_720P = 0.5;
/**
 * How far sound may be off its time stamps before it is stretched, by 1 % at most. The resampler that does it has to be there
 * from the beginning (`flags=res`): where the first stretching makes it, `first_pts` begins anew with it, and what follows is
 * half a second late and longer by all that was recorded before.
 */
const OFF_SECONDS = 0.001;
/**
 * Where the mouse is gets asked before each picture, and where nobody answers the grab fails. Without that x11grab goes on
 * when the display is gone: its shared memory still holds a picture of up to a second before, and nobody says it is stale. The
 * grabbed region would follow a mouse that comes as near as so many pixels to its edge; on this display none ever moves.
 */
const ASKED_EACH_TIME = 1;
/** Pictures that wait while the encoder is held up, a third of a second: 3.7 MB each at 720p and 8.3 at 1080p. */
const PICTURES_WAITING = 8;
/**
 * A grabbed picture is the one after the last where it comes up to 20 ms early or 35 ms late for that at 25 a second, as shares
 * of a picture's time; else the one that its time is nearest to. Rounding alone is not enough: x11grab grabs at equal distances
 * from when it was opened, and time 0 is when its first picture came. Where that was 4 to 6 ms late, all others lay where what
 * is early becomes what is late, and up to a quarter of them were lost or doubled for the whole length of the recording.
 */
const EARLY = 0.5;
const LATE = 0.875;
/**
 * What would be placed more than half a picture's time before its turn is left out. Without it ffmpeg lets pictures run up to
 * two behind their time stamps: after one that came late all that follow were 40 or 80 ms late against the sound, for good.
 */
const DROP_THRESHOLD = 0.5;
/**
 * From the display's RGB. With every pixel's colour read (`full_chroma_inp`) the reading is vector code, which that of every
 * second one is not, and `area` is the mean of two by two: against a careful conversion (bicubic, exact rounding) of coloured
 * text and shapes 44.4 dB in colour and no difference in brightness, where the way by bgr24 had 42.2 and 50.9 dB.
 */
const CONVERSION = 'scale=flags=area+full_chroma_inp,format=yuv420p';
/**
 * Put on the time stamps of what is measured once a second: ffmpeg feeds the branch that is furthest behind, and would
 * otherwise hold back the recording until the next second is full.
 */
const AHEAD = '1000000/TB';

const rateOf = ({ frameRate = 25 }: EncoderOptions) => frameRate;

/**
 * Of each input, where x11grab's distance from picture to picture, whole microseconds, is not the recording's: for 30 a second it
 * is 33 333, 36 ms less in an hour. Held to its place each picture would come to be half a picture's time after what was heard
 * with it, until one is left out, and then half of one before. So sound and picture both go by x11grab's time.
 */
function paceOptions(options: EncoderOptions): string[] {
  const microseconds = 1e6 / rateOf(options);
  const grabbed = Math.round(microseconds);
  return options.kind === 'audio' || grabbed === microseconds ? [] : ['-itsscale', String(microseconds / grabbed)];
}

/** What is captured first and left out, in seconds: whole pictures' times for `video`. Media time 0 is so much after the first. */
export function leftOutSeconds(options: EncoderOptions): number {
  if (options.kind === 'audio') return SETTLE_SECONDS;
  const warm = (WARM_SECONDS_720P * options.width * options.height) / (1280 * 720);
  return Math.ceil(Math.max(SETTLE_SECONDS, warm) * rateOf(options)) / rateOf(options);
}

/**
 * The arguments of the one ffmpeg that captures and encodes. This is the only file that knows fluent-ffmpeg, whose upkeep
 * has ended: it composes the command here; starting, watching and ending the process is ours.
 */
export function encoderArguments(options: EncoderOptions): string[] {
  const frameRate = rateOf(options);
  const fragmentSeconds = options.fragmentSeconds ?? 2;
  const video = options.kind === 'video';
  const command = ffmpeg();

  // Sound first: the screen must not wait, grabbing nothing, until the sound is open.
  command.input(options.source).inputOptions([
    ...['-f', 'pulse', '-sample_rate', String(SAMPLE_RATE), '-channels', '2'],
    ...['-fragment_size', String(SOUND_FRAGMENT * 4), '-thread_queue_size', '4096'],
    ...['-probesize', '32', '-analyzeduration', '0'],
    // Without isync ffmpeg moves the first sample and the first picture both to zero, though one was captured later than
    // the other: the sound would be ahead by the time that opening the second input takes, 70 to 700 ms.
    ...(video ? ['-isync', '1', '-itsoffset', String(0.5 / frameRate - SOUND_LAG_SECONDS)] : []),
    ...paceOptions(options),
  ]);
  if (video) {
    command
      .input(options.display)
      .inputOptions([
        ...['-f', 'x11grab', '-draw_mouse', '0', '-follow_mouse', String(ASKED_EACH_TIME)],
        ...['-framerate', String(frameRate)],
        ...['-video_size', `${options.width}x${options.height}`, '-thread_queue_size', String(PICTURES_WAITING)],
        ...['-probesize', '32', '-analyzeduration', '0', ...paceOptions(options)],
      ]);
  }

  command.complexFilter(soundFilters(leftOutSeconds(options)));

  const output = command.output('pipe:1');
  if (video) {
    output.outputOptions(pictureOptions(options, fragmentSeconds));
  }
  output.outputOptions([
    ...['-map', '[stereo]', '-map', '[mono]', '-c:a', 'aac', '-aac_coder', 'fast', '-ar', String(SAMPLE_RATE)],
    ...['-b:a:0', '128k', '-b:a:1', '64k'],
    ...['-f', 'mp4', '-movflags', `empty_moov+default_base_moof${video ? '+frag_keyframe' : ''}`],
    ...(video ? [] : ['-frag_duration', String(fragmentSeconds * 1e6)]),
    ...['-flush_packets', '1'],
  ]);
  return [
    ...['-hide_banner', '-nostats', '-loglevel', 'info', '-stats_period', '1', '-progress', `pipe:${PROGRESS_FD}`],
    ...(video ? ['-frame_drop_threshold', String(DROP_THRESHOLD)] : []),
    ...command._getArguments(),
  ];
}

/**
 * How the picture is encoded. Measured on a screen with four moving tiles, 720p25, in processor seconds a second:
 *
 * | step | core | kbit/s | SSIM |
 * |---|---|---|---|
 * | grab | 0.003 | | |
 * | bgr0 to yuv420p, as it is; by way of bgr24; `area+full_chroma_inp` | 0.073; 0.033; 0.028 | | |
 * | x264 ultrafast crf 25; crf 28 | 0.08; 0.08 | 3518; 2834 | 0.9923; 0.9905 |
 * | superfast crf 25; crf 28; with 2 threads; with 2 B-frames | 0.14; 0.13; 0.15; 0.18 | 2392; 1607; 2393; 2166 | 0.9936; 0.9913 |
 * | veryfast crf 25 | 0.20 | 1190 | 0.9904 |
 * | AAC stereo and mono, capture included | 0.02 | | |
 */
function pictureOptions(options: EncoderOptions, fragmentSeconds: number): string[] {
  const frameRate = rateOf(options);
  const gop = String(Math.round(frameRate * fragmentSeconds));
  // 3 Mbit/s for 720p25 and in proportion to the pixels a second: bounds the upload of a screen full of motion.
  const kilobits = Math.round((3000 * options.width * options.height * frameRate) / (1280 * 720 * 25));
  return [
    ...['-map', '1:v', '-vf', pictureFilters(options), '-fps_mode:v', 'cfr', '-r', String(frameRate)],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-profile:v', 'main', '-crf', '25', '-threads', '1'],
    ...['-maxrate', `${kilobits}k`, '-bufsize', `${2 * kilobits}k`],
    ...['-g', gop, '-keyint_min', gop, '-sc_threshold', '0', '-bf', '0'],
    // What the conversion from RGB really did; players would take 720 lines without a word for BT.709.
    ...['-colorspace', 'smpte170m', '-color_primaries', 'bt709', '-color_trc', 'iec61966-2-1', '-color_range', 'tv'],
  ];
}

/** Both audio tracks and the level meter from the one source. */
function soundFilters(leftOut: number): string[] {
  const resample = ['async=480', `min_comp=${OFF_SECONDS}`, 'flags=res', `first_pts=${AAC_FRAME}`].join(':');
  const meter = [
    `asetnsamples=${SAMPLE_RATE}`,
    'astats=metadata=1:reset=1:measure_perchannel=none:measure_overall=RMS_level',
    `ametadata=mode=print:key=lavfi.astats.Overall.RMS_level:direct=1:file=pipe\\\\:${LEVELS_FD}`,
    `asetpts=PTS+${AHEAD},anullsink`,
  ].join(',');
  const settled = `atrim=start=${leftOut},asetpts=PTS-${leftOut}/TB`;
  return [
    `[0:a]${settled},aresample=${resample},aformat=channel_layouts=stereo,asplit=2[stereo][down]`,
    '[down]aformat=channel_layouts=mono,asplit=2[mono][meter]',
    `[meter]${meter}`,
  ];
}

/**
 * The picture as the encoder takes it, and brightness and change of one small picture a second. Not in the sound's graph: there
 * pictures waited for sound, each in a piece of shared memory of its own.
 */
function pictureFilters(options: EncoderOptions): string {
  const [leftOut, rate] = [leftOutSeconds(options), rateOf(options)];
  const [time, last] = ['ld(1)', 'ld(0)'];
  const next = `if(between(${time}-${last}-1,${-EARLY},${LATE}),${last}+1,round(${time}-${(LATE - EARLY) / 2}))`;
  const placed = `setpts='st(1,PTS*TB*${rate});st(0,${next});round(${last}/(${rate}*TB))'`;
  const onTime = `${placed},trim=start=${leftOut - 0.5 / rate},setpts=PTS-${leftOut}/TB`;
  const small = 'fps=1:round=down,scale=64:36:flags=area,format=gray';
  const measured = `${small},signalstats,metadata=mode=print:direct=1:file=pipe\\\\:${PICTURE_FD},setpts=PTS+${AHEAD},nullsink`;
  return `split[kept][measured];[measured]${measured};[kept]${CONVERSION},${onTime}`;
}
