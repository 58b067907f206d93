import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ECSClient, StopTaskCommand } from '@aws-sdk/client-ecs';
import { ListMultipartUploadsCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  type FoundTakeObject,
  isTerminal,
  type Meeting,
  type MeetingSpec,
  meetingPrefix,
  parseTakeKey,
  type RecorderHealth,
} from '@meetingbot/crds-schema';
import { processesOf } from '@meetingbot/recorder/testing';
import { ApiClient } from '../demo/api-client.ts';
import { Downloader } from '../demo/download.ts';
import { type Receiver, startReceiver } from '../demo/receiver.ts';
import { createFaultProxy, type Fault, type FaultProxy, type SeenRequest } from '../s3/fault-proxy.ts';
import { LOCAL } from '../stack/places.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { type ClockPages, startClockPages } from './clock-pages.ts';
import { LiveRecorder } from './live-recorder.ts';
import { type LogLine, readLog } from './recorder-log.ts';
import { type ReportTap, startReportTap } from './report-tap.ts';

const SECRET = `whsec_${Buffer.from('the secret of the durability tests').toString('base64')}`;
/** Nothing takes so long, also where several recordings share two slow cores. */
const LIMIT_MS = 150_000;
const POLL_MS = 100;
/** Small, so that four at once are possible. */
export const PICTURE = { width: 640, height: 360, frameRate: 10 } as const;

const PLAN = { steps: [], joined: '#call', ended: '#bye' };

/** Paths of the files of a recording, as they were fetched. */
export interface FetchedFiles {
  readonly recording: string;
  readonly audio: string;
}

/** What is there before the stack is. */
type Parts = Pick<Recordings, 'dataDir' | 'pages' | 'tap' | 'receiver' | 'proxy'>;

/** Recordings by the embedded stack, with everything in reach that a test wants to break. */
export class Recordings {
  readonly dataDir: string;
  readonly pages: ClockPages;
  readonly tap: ReportTap;
  readonly receiver: Receiver;
  /** Between S3 and everybody else. */
  readonly proxy: FaultProxy;
  readonly api: ApiClient;
  readonly downloader: Downloader;
  readonly #stack: Stack;
  readonly #s3: S3Client;
  readonly #ecs: ECSClient;

  private constructor(parts: Parts, stack: Stack) {
    ({ dataDir: this.dataDir, pages: this.pages, tap: this.tap, receiver: this.receiver, proxy: this.proxy } = parts);
    this.#stack = stack;
    this.tap.target = stack.api.info.url;
    this.api = new ApiClient(stack.api.info.url);
    this.downloader = new Downloader(stack.s3.info.url);
    const { region, accessKeyId, secretAccessKey } = LOCAL;
    const client = { region, credentials: { accessKeyId, secretAccessKey } };
    this.#s3 = new S3Client({ ...client, endpoint: stack.s3.info.url, forcePathStyle: true });
    this.#ecs = new ECSClient({ ...client, endpoint: stack.ecs.info.url });
  }

  static async start(): Promise<Recordings> {
    const s3Port = await freePort();
    const parts = {
      dataDir: mkdtempSync(join(tmpdir(), 'mb-dur-')),
      pages: await startClockPages(),
      tap: await startReportTap(),
      receiver: await startReceiver(SECRET),
      proxy: await createFaultProxy({ target: `http://127.0.0.1:${s3Port}` }),
    };
    try {
      const stack = await startStack({
        dataDir: parts.dataDir,
        ports: { api: 0, s3: s3Port, dynamodb: 0, ecs: 0 },
        settings: {
          S3_ENDPOINT: parts.proxy.url,
          CONTROLLER_URL: parts.tap.url,
          MAX_CONCURRENT_MEETINGS: '8',
          NOTIFY_WEBHOOK_ENABLED: 'true',
          NOTIFY_WEBHOOK_URL: parts.receiver.url,
          NOTIFY_WEBHOOK_SECRET: SECRET,
        },
      });
      return new Recordings(parts, stack);
    } catch (error) {
      await closeParts(parts);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.downloader.close();
    this.#s3.destroy();
    this.#ecs.destroy();
    await this.#stack.stop();
    await closeParts(this);
  }

  /** Has a meeting recorded that plays a tone of `hertz`. */
  record(name: string, hertz: number, spec: Partial<MeetingSpec> = {}): Promise<Meeting> {
    return this.api.create({
      metadata: { name },
      spec: { url: this.pages.urlOf(name, hertz), platform: 'web', join: PLAN, recording: PICTURE, ...spec },
    });
  }

  /** The same behind a lobby; waits until its recorder is in there. */
  async recordFromLobby(name: string, hertz: number): Promise<Meeting> {
    await this.record(name, hertz, { url: this.pages.lobbyUrlOf(name, hertz), join: { ...PLAN, lobby: '#wait' } });
    return this.until(name, 'in the lobby', ({ status }) => status.phase === 'Lobby');
  }

  /** Waits until the second recorder is in the lobby, has the host let it in, and waits until it records. */
  async letInNext(name: string): Promise<void> {
    await this.until(name, 'in the lobby again', ({ status }) => {
      return status.recorder?.attempt === 2 && status.recorder.phase === 'Lobby';
    });
    this.pages.order(name, 'admit');
    await this.untilSegments(name, 2);
  }

  /**
   * Has a meeting recorded and ended while S3 takes nothing of its file; waits until its recorder finishes.
   * @returns what lets S3 take it
   */
  async recordToFinish(name: string, hertz: number): Promise<() => void> {
    await this.record(name, hertz);
    const meeting = await this.untilSegments(name, 2);
    const heal = this.trouble(meeting, { kind: 'reset', afterBytes: 0 }, ({ url }) => url.includes('recording.mp4'));
    this.pages.order(name, 'end');
    await this.until(name, 'finishing', ({ status }) => status.recorder?.phase === 'Finalizing');
    return heal;
  }

  async until(name: string, what: string, holds: (meeting: Meeting) => boolean | Promise<boolean>): Promise<Meeting> {
    const deadline = performance.now() + LIMIT_MS;
    for (;;) {
      const meeting = await this.api.get(name);
      if (await holds(meeting)) return meeting;
      const { phase, message, attempts } = meeting.status;
      if (isTerminal(phase) || performance.now() > deadline) {
        throw new Error(`${name}: not ${what}: ${phase}, ${message}, ${JSON.stringify(attempts)}\n${this.#tail(name)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Waits until so many segments of a further take, counted over all attempts from 1, are in S3. */
  untilSegments(name: string, count: number, take = 1): Promise<Meeting> {
    return this.until(name, `recorded in take ${take}`, async (meeting) => {
      const takes = Map.groupBy(
        (await this.#takeObjects(meeting)).filter(({ part }) => part === 'segment'),
        (found) => `${found.attempt}/${found.take}`,
      );
      return takes.size >= take && [...takes.values()].slice(take - 1).some(({ length }) => length >= count);
    });
  }

  /** Waits until its recorder has reported a health that is as wanted. */
  async untilHealth(name: string, holds: (health: RecorderHealth) => boolean): Promise<void> {
    await this.until(name, 'as healthy or ill as expected', () => holds(this.tap.of(name).at(-1)?.report.health ?? {}));
  }

  /** The host ends it; waits until all of it is done. */
  async end(name: string): Promise<Meeting> {
    this.pages.order(name, 'end');
    return this.over(name);
  }

  over(name: string): Promise<Meeting> {
    return this.until(name, 'over', ({ status }) => isTerminal(status.phase));
  }

  async keysOf(meeting: Meeting): Promise<string[]> {
    const Prefix = meetingPrefix(meeting.metadata);
    const { Contents = [] } = await this.#s3.send(new ListObjectsV2Command({ Bucket: LOCAL.bucket, Prefix }));
    return Contents.map(({ Key = '' }) => Key.slice(Prefix.length)).sort();
  }

  /** As an operator does it: by no recorder. */
  async put(key: string, body: Buffer, contentType: string): Promise<void> {
    const object = { Bucket: LOCAL.bucket, Key: key, Body: body, ContentType: contentType };
    await this.#s3.send(new PutObjectCommand(object));
  }

  /** What takes have in S3, in order. */
  async #takeObjects({ metadata }: Meeting): Promise<FoundTakeObject[]> {
    const Prefix = meetingPrefix(metadata);
    const { Contents = [] } = await this.#s3.send(new ListObjectsV2Command({ Bucket: LOCAL.bucket, Prefix }));
    return Contents.flatMap(({ Key = '' }) => parseTakeKey(metadata, Key) ?? []);
  }

  /** Fetches both files of the recording. */
  async fetched(meeting: Meeting): Promise<FetchedFiles> {
    const { name } = meeting.metadata;
    const { recording } = meeting.status;
    if (recording?.audioKey === undefined) throw new Error(`${name}: no recording\n${this.#tail(name)}`);
    const files = { recording: join(this.dataDir, `${name}.mp4`), audio: join(this.dataDir, `${name}.m4a`) };
    await this.downloader.toFile(recording.bucket, recording.key, files.recording);
    await this.downloader.toFile(recording.bucket, recording.audioKey, files.audio);
    return files;
  }

  /** Something goes wrong with this Meeting's calls of S3, until what is returned is called. */
  trouble({ metadata }: Meeting, fault: Fault, which: (request: SeenRequest) => boolean = () => true, times?: number) {
    const match = (request: SeenRequest) => request.url.includes(metadata.uid) && which(request);
    return this.proxy.inject({ fault, match, ...(times === undefined ? {} : { times }) });
  }

  /** The recorder of a Meeting that runs now. */
  recorder(name: string): LiveRecorder {
    return new LiveRecorder(this.dataDir, name);
  }

  /** SIGKILL to all processes of the task, as AWS does it. @returns when, wall clock in milliseconds */
  async killTask({ status }: Meeting): Promise<number> {
    const id = status.attempts.at(-1)?.taskArn?.split('/').at(-1);
    const answer = await fetch(`${this.#stack.ecs.info.url}/_tasks/${id}/kill`, { method: 'POST', body: '{}' });
    if (!answer.ok) throw new Error(`${id}: ${await answer.text()}`);
    return Date.now();
  }

  /** SIGTERM, and SIGKILL after two minutes. */
  async stopTask({ status }: Meeting): Promise<void> {
    const task = status.attempts.at(-1)?.taskArn;
    await this.#ecs.send(new StopTaskCommand({ cluster: LOCAL.cluster, task, reason: 'the host is needed' }));
  }

  log(meeting: Meeting): LogLine[] {
    return readLog(this.dataDir, meeting);
  }

  /** Everything that recorders may leave: processes and directories of tasks, open uploads. */
  async leftovers(): Promise<unknown> {
    const { Uploads = [] } = await this.#s3.send(new ListMultipartUploadsCommand({ Bucket: LOCAL.bucket }));
    const tasks = join(this.dataDir, 'ecs', 't');
    return {
      processes: processesOf(tasks).map(({ command }) => command.slice(0, 3).join(' ')),
      directories: await readdir(tasks),
      uploads: Uploads.map(({ Key }) => Key),
    };
  }

  #tail(name: string): string {
    const last = this.tap.of(name).at(-1);
    const programs = this.recorder(name)
      .processes()
      .map(({ command }) => command[0]?.split(' ')[0]);
    return `last report: ${JSON.stringify(last)}\nprocesses: ${programs}`;
  }
}

/** What {@link Recordings.leftovers} is when there is nothing left. */
export const NOTHING = { processes: [], directories: [], uploads: [] };

async function closeParts({ dataDir, pages, tap, receiver, proxy }: Parts): Promise<void> {
  await Promise.all([pages.close(), tap.close(), receiver.close(), proxy.close()]);
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
