import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input, type InputTrack } from 'mediabunny';
import { FRAME_RATE, LOOP_FRAMES, LOOP_SECONDS } from './loop.ts';
import { HEIGHT, startCamera, WIDTH } from './picture.ts';
import { recordVoice, SAMPLE_RATE } from './voice.ts';

/** Kbit/s of picture and sound, which is what browsers send for a tile of this size. */
const PICTURE_KILOBITS = 600;
const SOUND_KILOBITS = 32;
/** Whoever comes in the middle waits for a key frame so long at most. */
const KEY_FRAME_SECONDS = 2;
/** Length of a packet of Opus. */
export const SOUND_PACKET_SECONDS = 0.02;
/** By so much libopus's packets are ahead of what they hold (its look-ahead, RFC 7845's pre-skip). */
export const SOUND_AHEAD_SECONDS = 312 / SAMPLE_RATE;

/** One participant's loop, encoded: each picture as VP8, each 20 ms of sound as Opus. */
export interface EncodedLoop {
  readonly pictures: readonly Buffer[];
  readonly sounds: readonly Buffer[];
}

/**
 * Draws, says and encodes a participant's loop; takes some seconds of CPU.
 * @param dir - a folder for its files
 * @throws Error when ffmpeg fails
 */
export async function encodeLoop(
  person: { readonly index: number; readonly count: number; readonly pulses: boolean },
  dir: string,
): Promise<EncodedLoop> {
  const voice = join(dir, `${person.index}.pcm`);
  const file = join(dir, `${person.index}.webm`);
  await writeFile(voice, recordVoice(person));
  const picture = ['-f', 'rawvideo', '-pixel_format', 'yuv420p', '-video_size', `${WIDTH}x${HEIGHT}`];
  const keyFrames = String(KEY_FRAME_SECONDS * FRAME_RATE);
  const child = spawn(
    'ffmpeg',
    [
      ...['-hide_banner', '-loglevel', 'error', '-y', ...picture, '-framerate', String(FRAME_RATE), '-i', 'pipe:0'],
      ...['-f', 's16le', '-ar', String(SAMPLE_RATE), '-ac', '1', '-i', voice],
      ...['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-lag-in-frames', '0', '-auto-alt-ref', '0'],
      ...['-b:v', `${PICTURE_KILOBITS}k`, '-g', keyFrames, '-keyint_min', keyFrames],
      ...['-c:a', 'libopus', '-b:a', `${SOUND_KILOBITS}k`],
      ...['-frame_duration', String(SOUND_PACKET_SECONDS * 1000), file],
    ],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  );
  const ended = once(child, 'close');
  const draw = startCamera(person);
  for (let frame = 0; frame < LOOP_FRAMES; frame += 1) {
    // The buffer is drawn on again: it has to be gone before.
    await new Promise((resolve) => child.stdin.write(draw(frame), resolve));
  }
  child.stdin.end();
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`ffmpeg could not encode the reference call: exit ${code}`);
  const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(await readFile(file)) });
  const pictures = await packetsOf(await input.getPrimaryVideoTrack());
  const sounds = await packetsOf(await input.getPrimaryAudioTrack());
  // The encoder's look-ahead makes one packet more than the loop is long.
  return { pictures, sounds: sounds.slice(0, Math.round(LOOP_SECONDS / SOUND_PACKET_SECONDS)) };
}

async function packetsOf(track: InputTrack | null): Promise<Buffer[]> {
  if (track === null) throw new Error('a track of the reference call is missing');
  const packets: Buffer[] = [];
  for await (const { data } of new EncodedPacketSink(track).packets()) packets.push(Buffer.from(data));
  return packets;
}
