import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MAX_OUTPUT = 512 * 1024 * 1024;

/** Runs a program of ffmpeg's and gives its output. Throws when it fails or says anything at level error. */
export async function media(program: 'ffmpeg' | 'ffprobe', args: readonly string[]): Promise<Buffer> {
  const options = { encoding: 'buffer', maxBuffer: MAX_OUTPUT } as const;
  const { stdout, stderr } = await run(program, ['-v', 'error', ...args], options);
  // Decoders learn of new parameter sets from the sample description, ffmpeg's parser does not, and grumbles.
  const complaints = stderr
    .toString()
    .split('\n')
    .filter((line) => line && !/^\[NULL @|^ +Last message/.test(line));
  if (complaints.length > 0) throw new Error(`${program}: ${complaints.join('\n').slice(0, 500)}`);
  return stdout;
}

export interface EncodeOptions {
  readonly seconds: number;
  readonly kind?: 'video' | 'audio';
  readonly size?: string;
  /** The sound starts so many seconds after the picture. */
  readonly soundDelay?: number;
  /** x264's own options; default those of the recorder. */
  readonly x264?: readonly string[];
}

/**
 * A take as the encoder makes it: one H.264 and two AAC tracks in fragments of two seconds. Once a second, for a tenth,
 * the picture is white and the sound is a tone.
 */
export function encodeTake(options: EncodeOptions): Promise<Buffer> {
  const { seconds, kind = 'video', size = '320x180', soundDelay = 0, x264 = ['-bf', '0'] } = options;
  const flash = `drawbox=enable='lt(mod(t,1),0.1)':color=white:t=fill`;
  const beep = `aevalsrc='0.5*sin(2*PI*1000*t)*lt(mod(t,1),0.1)':s=48000`;
  const video = kind === 'video';
  return media('ffmpeg', [
    ...['-itsoffset', String(soundDelay), '-f', 'lavfi', '-i', beep],
    ...(video ? ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=25,${flash}`] : []),
    ...[
      '-filter_complex',
      '[0:a]aformat=channel_layouts=stereo,asplit=2[stereo][d];[d]aformat=channel_layouts=mono[mono]',
    ],
    ...(video ? ['-map', '1:v', '-c:v', 'libx264', '-preset', 'superfast', '-pix_fmt', 'yuv420p', '-crf', '25'] : []),
    ...(video ? ['-g', '50', '-keyint_min', '50', '-sc_threshold', '0', '-threads', '1', ...x264] : []),
    ...takeOutput(seconds, kind),
  ]);
}

/** ffmpeg's arguments for what the encoder makes of the labels `[stereo]` and `[mono]`, and of the picture where there is one. */
export function takeOutput(seconds: number, kind: 'video' | 'audio' = 'video'): string[] {
  return [
    ...['-map', '[stereo]', '-map', '[mono]', '-c:a', 'aac', '-b:a:0', '128k', '-b:a:1', '64k', '-t', String(seconds)],
    ...['-f', 'mp4', '-movflags', `empty_moov+default_base_moof${kind === 'video' ? '+frag_keyframe' : ''}`],
    ...(kind === 'video' ? [] : ['-frag_duration', '2000000']),
    'pipe:1',
  ];
}

export interface ProbedStream {
  readonly codec_name: string;
  readonly channels?: number;
  readonly start_time: string;
  readonly duration: string;
  readonly nb_frames: string;
  readonly nb_read_frames: string;
}

/** Streams of a file as ffprobe sees them, every frame decoded. */
export async function probe(path: string): Promise<{ format: { duration: string }; streams: ProbedStream[] }> {
  return JSON.parse(
    (await media('ffprobe', ['-count_frames', '-show_streams', '-show_format', '-of', 'json', path])).toString(),
  );
}

/** When each picture is shown. */
export async function pictureTimes(path: string): Promise<number[]> {
  const args = ['-select_streams', 'v', '-show_entries', 'frame=pts_time', '-of', 'csv=p=0', path];
  return (await media('ffprobe', args)).toString().trim().split('\n').map(Number.parseFloat).filter(Number.isFinite);
}

/** When the picture turns white, in seconds of the movie. */
export async function flashTimes(path: string): Promise<number[]> {
  const graph = `movie=${path},signalstats`;
  const entries = ['-show_entries', 'frame=pts_time:frame_tags=lavfi.signalstats.YAVG', '-of', 'csv=p=0'];
  const lines = (await media('ffprobe', ['-f', 'lavfi', graph, ...entries])).toString().trim().split('\n');
  return onsets(
    lines.map((line) => line.split(',').map(Number.parseFloat)).map(([time, luma]) => [time ?? 0, (luma ?? 0) > 220]),
  );
}

/** When the tone begins, in seconds of the movie. */
export async function beepTimes(path: string): Promise<number[]> {
  const pcm = await media('ffmpeg', ['-i', path, '-map', '0:a', '-ac', '1', '-ar', '48000', '-f', 'f32le', 'pipe:1']);
  // One millisecond is loud when any of its samples is.
  const loud: [number, boolean][] = [];
  for (let at = 0; at + 192 <= pcm.length; at += 192) {
    let peak = 0;
    for (let i = at; i < at + 192; i += 4) peak = Math.max(peak, Math.abs(pcm.readFloatLE(i)));
    loud.push([at / 4 / 48_000, peak > 0.25]);
  }
  return onsets(loud);
}

/** Times at which something becomes true that was false for a quarter of a second. */
function onsets(states: readonly (readonly [number, boolean])[]): number[] {
  const found: number[] = [];
  let lastTrue = Number.NEGATIVE_INFINITY;
  for (const [time, state] of states) {
    if (state && time - lastTrue > 0.25) found.push(time);
    if (state) lastTrue = time;
  }
  return found;
}
