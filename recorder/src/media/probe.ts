import type { ProcessDeps } from '../process/index.ts';
import { MediaError } from './errors.ts';
import { runTool } from './tool.ts';

interface TrackFacts {
  /** Position among all tracks of the file. */
  readonly index: number;
  readonly codec: string;
  readonly startSeconds: number;
  /** From the first packet's time to the end of the last, in seconds. */
  readonly durationSeconds: number;
  readonly packets: number;
  /** Every packet's decoding time is greater than the one before it. */
  readonly monotonic: boolean;
  /** The longest stretch between the end of a packet and the begin of the next, in seconds; 0 where there is none. */
  readonly longestGapSeconds: number;
}

export interface VideoTrack extends TrackFacts {
  readonly kind: 'video';
  readonly width: number;
  readonly height: number;
  /** Pictures a second, averaged over the track. */
  readonly frameRate: number;
  /** Distances of key frames, longest first packet to packet, in seconds. */
  readonly longestKeyFrameDistanceSeconds: number;
}

export interface AudioTrack extends TrackFacts {
  readonly kind: 'audio';
  readonly sampleRate: number;
  readonly channels: number;
}

export type Track = VideoTrack | AudioTrack;

export interface MediaFacts {
  /** What the container's header says, in seconds; undefined where it says nothing. */
  readonly durationSeconds: number | undefined;
  readonly sizeBytes: number;
  readonly tracks: readonly Track[];
}

interface ProbedStream {
  index: number;
  codec_type: string;
  codec_name?: string;
  width?: number;
  height?: number;
  sample_rate?: string;
  channels?: number;
}

interface ProbedPacket {
  stream_index: number;
  pts_time?: string;
  dts_time?: string;
  duration_time?: string;
  flags: string;
}

interface Probed {
  streams: ProbedStream[];
  packets: ProbedPacket[];
  format: { duration?: string; size?: string };
}

/**
 * What a media file holds, judged by its packets and not only by what its header says.
 * @param source a path or a URL that ffprobe can read.
 * @throws MediaError `Unreadable`.
 */
export async function probe(source: string, deps: ProcessDeps): Promise<MediaFacts> {
  const chunks: Buffer[] = [];
  const entries = [
    'stream=index,codec_type,codec_name,width,height,sample_rate,channels',
    'packet=stream_index,pts_time,dts_time,duration_time,flags',
    'format=duration,size',
  ].join(':');
  await runTool('ffprobe', ['-show_entries', entries, '-of', 'json=compact=1', source], deps, (data) =>
    chunks.push(data),
  );
  const probed = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Probed;
  const packets = Map.groupBy(probed.packets, (packet) => packet.stream_index);
  return {
    durationSeconds: numberOrUndefined(probed.format.duration),
    sizeBytes: Number(probed.format.size ?? 0),
    tracks: probed.streams
      .filter((stream) => stream.codec_type === 'video' || stream.codec_type === 'audio')
      .map((stream) => toTrack(stream, packets.get(stream.index) ?? [])),
  };
}

/** The first video track. @throws MediaError `NoSuchTrack`. */
export function videoTrack(facts: MediaFacts): VideoTrack {
  const found = facts.tracks.find((track) => track.kind === 'video');
  if (found === undefined) throw new MediaError('NoSuchTrack', 'the file has no video track');
  return found;
}

/** The audio tracks in their order. */
export function audioTracks(facts: MediaFacts): AudioTrack[] {
  return facts.tracks.filter((track) => track.kind === 'audio');
}

function toTrack(stream: ProbedStream, packets: readonly ProbedPacket[]): Track {
  const times = packets.map((packet) => Number(packet.pts_time ?? packet.dts_time)).sort((a, b) => a - b);
  const decoding = packets.map((packet) => Number(packet.dts_time));
  const durations = packets.map((packet) => Number(packet.duration_time ?? 0));
  const usual = durations.toSorted((a, b) => a - b)[Math.floor(durations.length / 2)] ?? 0;
  const start = times[0] ?? 0;
  const end = (times.at(-1) ?? 0) + (durations.at(-1) || usual);
  const facts = {
    index: stream.index,
    codec: stream.codec_name ?? 'unknown',
    startSeconds: start,
    durationSeconds: end - start,
    packets: packets.length,
    monotonic: decoding.every((time, i) => i === 0 || time > (decoding[i - 1] ?? 0)),
    longestGapSeconds: Math.max(0, longestStep(times) - usual),
  };
  if (stream.codec_type === 'audio') {
    return { kind: 'audio', ...facts, sampleRate: Number(stream.sample_rate), channels: stream.channels ?? 0 };
  }
  const keys = packets.filter((packet) => packet.flags.includes('K')).map((packet) => Number(packet.pts_time));
  return {
    kind: 'video',
    ...facts,
    width: stream.width ?? 0,
    height: stream.height ?? 0,
    frameRate: packets.length / (end - start),
    longestKeyFrameDistanceSeconds: longestStep(keys),
  };
}

function longestStep(times: readonly number[]): number {
  return times.reduce((longest, time, i) => (i === 0 ? 0 : Math.max(longest, time - (times[i - 1] ?? 0))), 0);
}

function numberOrUndefined(text: string | undefined): number | undefined {
  const value = Number.parseFloat(text ?? '');
  return Number.isFinite(value) ? value : undefined;
}
