import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createS3Store, type RecordingWriter } from '@meetingbot/recorder';

const run = promisify(execFile);
const MAX_OUTPUT = 256 * 1024 * 1024;
const CHUNK = 65_536;
/** How strong the noise in a picture is whose seconds have many megabytes, and in one whose seconds have half of one. */
export const RESTLESS = 60;
export const QUIET = 3;

/** The Meeting that made media is recorded for. */
export const MEETING = { namespace: 'test', name: 'meeting', uid: 'uid-1' };

/** The bucket that it goes to. @param callMs - as of S3StoreOptions */
export function storeAt(endpoint: string, callMs = 30_000) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return createS3Store({ bucket: 'store', region: 'us-east-1', endpoint, pathStyle: true, credentials, callMs });
}

/** Fragments of 720p25 as the recorder's encoder writes them. */
export async function madeTake(seconds: number, noise = RESTLESS): Promise<Buffer> {
  const args = ['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=size=1280x720:rate=25,noise=alls=${noise}:allf=t`];
  args.push('-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000', '-map', '0:v', '-map', '1:a', '-map', '1:a');
  args.push('-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '28', '-pix_fmt', 'yuv420p', '-g', '50', '-bf', '0');
  args.push('-c:a', 'aac', '-ac:a:0', '2', '-ac:a:1', '1', '-t', String(seconds));
  args.push('-f', 'mp4', '-movflags', 'empty_moov+default_base_moof+frag_keyframe', 'pipe:1');
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: MAX_OUTPUT });
  return stdout;
}

/** Hands a whole take to a writer, in pieces as they come from the encoder. */
export function writeTake(writer: RecordingWriter, take: Buffer): void {
  const sink = writer.startTake({ startedAt: Date.now() });
  for (let at = 0; at < take.length; at += CHUNK) sink.write(take.subarray(at, at + CHUNK));
  sink.end();
}

/** A sum of each picture of what an encoder wrote. @param directory - for a copy of it */
export async function picturesOfTake(take: Buffer, directory: string): Promise<string[]> {
  const file = join(directory, 'source.mp4');
  writeFileSync(file, take);
  return picturesOf(file);
}

/** The same of an object in S3. */
export async function picturesInStore(
  store: Pick<ReturnType<typeof storeAt>, 'get'>,
  key: string,
  directory: string,
): Promise<string[]> {
  const file = join(directory, 'recorded.mp4');
  writeFileSync(file, await store.get(key));
  return picturesOf(file);
}

/** A sum of each picture of a file, as it was encoded; the parameter sets that come with key frames are left out. */
async function picturesOf(file: string): Promise<string[]> {
  const args = ['-v', 'error', '-i', file, '-map', '0:v', '-c', 'copy', '-bsf:v', 'filter_units=remove_types=7-8'];
  const { stdout } = await run('ffmpeg', [...args, '-f', 'framemd5', '-'], { maxBuffer: MAX_OUTPUT });
  const lines = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => line.slice(line.lastIndexOf(',') + 1).trim());
}
