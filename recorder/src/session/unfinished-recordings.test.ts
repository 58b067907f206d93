import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RecordingManifest, silentLogger } from '@meetingbot/crds-schema';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sweepWorkDirs } from '../process/index.ts';
import { WriterRig } from '../upload/writer-rig.fixture.ts';
import { FileObjectStore } from './file-object-store.ts';
import { putInPlace } from './local-recording.ts';
import { createRecordingFolder, rescueRecordings } from './unfinished-recordings.ts';

const meeting = { namespace: 'local', name: 'recording', uid: 'u-1' };
let root: string;
let rig: WriterRig;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'unfinished-test-'));
  rig = new WriterRig();
});
afterEach(async () => {
  await rig.close();
  await rm(root, { recursive: true, force: true });
});

const rescue = () => rescueRecordings(root, { kind: 'video', clock: rig.clock, logger: silentLogger });

/** Records eight seconds into a folder, and leaves it as it is then. */
async function recordInto(folder: string) {
  const writer = await rig.open(1, { store: new FileObjectStore(folder), meeting, bucket: 'local' });
  rig.record(writer, { name: 'a', seconds: 8 });
  await rig.until(() => Math.round(writer.durableSeconds()) === 8);
  rig.kill(writer);
  return writer;
}

/** The folder's process is no more, as after SIGKILL. */
async function die(folder: string): Promise<void> {
  await rm(join(folder, 'owner'), { recursive: true });
  await mkdir(join(folder, 'owner', 'meetingbot-4194999-77-BBBBBB'), { recursive: true });
}

describe('what a killed recorder left', () => {
  it('becomes a file of its own, and its folder goes', async () => {
    const folder = await createRecordingFolder(root);
    await recordInto(folder);
    await die(folder);

    const [rescued] = await rescue();

    expect(rescued).toEqual({ folder, file: expect.stringContaining(join(root, 'rescued-recording-')) });
    if (rescued === undefined || !('file' in rescued)) throw new Error('there is no file');
    expect((await readFile(rescued.file)).toString('latin1', 4, 8)).toBe('ftyp');
    expect(existsSync(folder)).toBe(false);
  });

  it('is taken away by no sweep of work directories', async () => {
    const folder = await createRecordingFolder(root);
    await recordInto(folder);
    await die(folder);

    expect(await sweepWorkDirs(root)).toEqual([]);
    expect(existsSync(folder)).toBe(true);
  });

  it('stays where no file can be made of it, and that is said', async () => {
    const folder = await createRecordingFolder(root);
    const segment = join(folder, 'objects/meetings/local/u-1/attempts/1/take-1-000000.m4s');
    await mkdir(join(segment, '..'), { recursive: true });
    await writeFile(segment, 'no media');
    await die(folder);

    expect(await rescue()).toEqual([{ folder, problem: expect.any(String) }]);
    expect(existsSync(segment)).toBe(true);
  });

  it('goes where it is no media', async () => {
    const folder = await createRecordingFolder(root);
    await die(folder);

    expect(await rescue()).toEqual([]);
    expect(await readdir(root)).toEqual([]);
  });

  it('is left alone while its recorder lives', async () => {
    const folder = await createRecordingFolder(root);
    await recordInto(folder);

    expect(await rescue()).toEqual([]);
    expect(existsSync(folder)).toBe(true);
  });
});

describe('the end of a local recording', () => {
  const ended = { reason: 'UploadFailed', message: 'the disk takes nothing more' } as const;

  it('keeps the segments of which no recording was finished, and says where', async () => {
    const folder = await createRecordingFolder(root);
    await recordInto(folder);

    expect(await putInPlace(ended, folder, join(root, 'out.mp4'))).toEqual({ ...ended, kept: folder });
    expect(existsSync(folder)).toBe(true);
  });

  it('leaves nothing behind where nothing was recorded', async () => {
    const folder = await createRecordingFolder(root);

    expect(await putInPlace(ended, folder, join(root, 'out.mp4'))).toEqual(ended);
    expect(await readdir(root)).toEqual([]);
  });

  it('leaves the recording and nothing else where all went well', async () => {
    const { folder, manifest } = await finished();

    const result = await putInPlace({ reason: 'HostEnded', message: '', manifest }, folder, join(root, 'out.mp4'));

    expect(result.kept).toBeUndefined();
    expect(await readdir(root)).toEqual(['out.mp4']);
  });

  it('keeps a finished recording that cannot be moved', async () => {
    const { folder, manifest } = await finished();
    const out = join(root, 'no', 'such', 'out.mp4');

    const result = await putInPlace({ reason: 'HostEnded', message: '', manifest }, folder, out);

    expect(result).toMatchObject({ reason: 'InternalError', kept: folder });
    expect(existsSync(folder)).toBe(true);
  });

  async function finished(): Promise<{ folder: string; manifest: RecordingManifest }> {
    const folder = await createRecordingFolder(root);
    const writer = await recordInto(folder);
    const manifest = await writer.finish({ reason: 'HostEnded' });
    await writer.close();
    return { folder, manifest };
  }
});
