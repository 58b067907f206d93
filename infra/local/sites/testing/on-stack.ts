import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { isTerminal, type Meeting, meetingPrefix, type Reason } from '@meetingbot/crds-schema';
import { ApiClient } from '../../demo/api-client.ts';
import { Downloader } from '../../demo/download.ts';
import { LiveRecorder } from '../../durability/live-recorder.ts';
import { readLog } from '../../durability/recorder-log.ts';
import { LOCAL } from '../../stack/places.ts';
import { type Stack, startStack } from '../../stack/stack.ts';
import { type Attendance, IS_TEXT, NAME, PICTURE, type Recorders, type Result } from './attendance.ts';
import { takesAmong } from './takes-among.ts';

/** Recorders launched by the controller through the whole embedded stack: a task each, as in production. */
export async function startOnStack(chromeArgs: string, atOnce: number): Promise<Recorders> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mb-sites-'));
  const stack = await startStack({
    dataDir,
    ports: { api: 0, s3: 0, dynamodb: 0, ecs: 0 },
    settings: { CHROME_EXTRA_ARGS: chromeArgs, MAX_CONCURRENT_MEETINGS: String(atOnce) },
  });
  const place = new Place(dataDir, stack);
  return {
    async attend(name, url, { spec }) {
      const wanted = { url, displayName: NAME, recording: PICTURE, maxAttempts: 1, ...spec };
      await place.api.create({ metadata: { name }, spec: wanted });
      return attendance(place, name);
    },
    async close() {
      place.close();
      await stack.stop();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

class Place {
  readonly dataDir: string;
  readonly api: ApiClient;
  readonly downloader: Downloader;
  readonly #s3: S3Client;

  constructor(dataDir: string, stack: Stack) {
    this.dataDir = dataDir;
    this.api = new ApiClient(stack.api.info.url);
    this.downloader = new Downloader(stack.s3.info.url);
    const { region, accessKeyId, secretAccessKey } = LOCAL;
    const credentials = { accessKeyId, secretAccessKey };
    this.#s3 = new S3Client({ endpoint: stack.s3.info.url, region, forcePathStyle: true, credentials });
  }

  async keysOf({ metadata }: Meeting): Promise<string[]> {
    const Prefix = meetingPrefix(metadata);
    const { Contents = [] } = await this.#s3.send(new ListObjectsV2Command({ Bucket: LOCAL.bucket, Prefix }));
    return Contents.map(({ Key = '' }) => Key);
  }

  async textOf(key: string): Promise<string> {
    const { Body } = await this.#s3.send(new GetObjectCommand({ Bucket: LOCAL.bucket, Key: key }));
    return (await Body?.transformToString()) ?? '';
  }

  close(): void {
    this.downloader.close();
    this.#s3.destroy();
  }
}

function attendance(place: Place, name: string): Attendance {
  const { api } = place;
  return {
    phase: async () => (await api.get(name)).status.phase,
    async takes() {
      const meeting = await api.get(name);
      return takesAmong(meeting.metadata, await place.keysOf(meeting));
    },
    stop: async () => void (await api.patch(name, { spec: { stop: true } })),
    crash: () => void new LiveRecorder(place.dataDir, name).signal(/--type=renderer/, 'SIGKILL'),
    async result() {
      const meeting = await api.get(name);
      // The file may be whole before the recorder has said goodbye: what the site saw is judged when it is gone.
      const isGone = meeting.status.attempts.every(({ endTime }) => endTime !== undefined);
      return isTerminal(meeting.status.phase) && isGone ? resultOf(place, meeting) : undefined;
    },
  };
}

async function resultOf(place: Place, meeting: Meeting): Promise<Result> {
  const { phase, reason, attributedTo, outcome = 'None', message = '', recording } = meeting.status;
  const { joinedAt, conditions, recorder } = meeting.status;
  const prefix = meetingPrefix(meeting.metadata);
  const keys = (await place.keysOf(meeting)).map((key) => key.slice(prefix.length));
  const read = async (key: string) => [key, await place.textOf(prefix + key)] as const;
  const result = {
    ...{ phase, reason: reason as Reason | undefined, attributedTo, outcome, message },
    joinedAt: joinedAt === undefined ? undefined : Date.parse(joinedAt),
    ...{ keys, conditions },
    texts: new Map(await Promise.all(keys.filter((key) => IS_TEXT.test(key)).map(read))),
    dialogs: Object.fromEntries((recorder?.dialogs ?? []).map(({ name, answered }) => [name, answered])),
    log: readLog(place.dataDir, meeting).map((line) => JSON.stringify(line)),
  };
  if (recording === undefined) return result;
  const file = join(place.dataDir, `${meeting.metadata.name}.mp4`);
  await place.downloader.toFile(recording.bucket, recording.key, file);
  const manifest = await place.downloader.manifest(meeting);
  return { ...result, recording: { file, durationSeconds: recording.durationSeconds, manifest } };
}
