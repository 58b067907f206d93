import { join } from 'node:path';
import { type CompleteMeetingSpec, isTerminal, type Meeting, type MeetingInput } from '@meetingbot/crds-schema';
import { ApiClient } from '../local/demo/api-client.ts';
import { type Receiver, startReceiver } from '../local/demo/receiver.ts';
import { demoJoinPlan } from '../local/meeting/index.ts';
import { startStack } from '../local/stack/stack.ts';
import { Bucket } from './recorder-bucket.ts';
import { pause } from './recorder-meter.ts';
import { commandsBelow } from './recorder-processes.ts';

const SECRET = `whsec_${Buffer.from('meeting-bot-bench-secret-012345678').toString('base64')}`;
const POLL_MS = 50;

/** The embedded stack with a receiver of its webhooks: what a meeting is recorded with. */
export interface RecordingStack {
  readonly api: ApiClient;
  readonly bucket: Bucket;
  /** Where S3 listens. */
  readonly s3Url: string;
  readonly receiver: Receiver;
  /** Writes the Meeting. */
  order(name: string, url: string, recording: Partial<CompleteMeetingSpec['recording']>): Promise<Meeting>;
  /** Waits for the first state of the Meeting that fits. @throws Error when it ends otherwise, or after `limitMs` */
  until(name: string, fits: (meeting: Meeting) => boolean, limitMs: number): Promise<Meeting>;
  /** The process of the one recorder that runs. */
  recorderPid(): number;
  close(): Promise<void>;
}

/** @throws ServiceStartError; nothing is left running then */
export async function startRecordingStack(dir: string, signal: AbortSignal): Promise<RecordingStack> {
  const receiver = await startReceiver(SECRET);
  const stack = await startStack({
    dataDir: join(dir, 'stack'),
    ports: { api: 0, s3: 0, dynamodb: 0, ecs: 0 },
    settings: {
      NOTIFY_WEBHOOK_ENABLED: 'true',
      NOTIFY_WEBHOOK_URL: receiver.url,
      NOTIFY_WEBHOOK_SECRET: SECRET,
    },
  }).catch(async (error: unknown) => {
    await receiver.close();
    throw error;
  });
  const api = new ApiClient(stack.api.info.url);
  const bucket = new Bucket(stack.s3.info.url);
  return {
    api,
    bucket,
    s3Url: stack.s3.info.url,
    receiver,
    order(name, url, recording) {
      const input: MeetingInput = { metadata: { name }, spec: { url, platform: 'web', join: demoJoinPlan, recording } };
      return api.create(input);
    },
    async until(name, fits, limitMs) {
      const deadline = performance.now() + limitMs;
      for (;;) {
        const meeting = await api.get(name);
        const { phase, reason, message } = meeting.status;
        if (fits(meeting)) return meeting;
        if (isTerminal(phase)) throw new Error(`the Meeting is ${phase}: ${reason}, ${message}`);
        if (performance.now() > deadline) throw new Error(`the Meeting is still ${phase} after ${limitMs / 1000} s`);
        await pause(POLL_MS, signal);
      }
    },
    recorderPid() {
      const main = commandsBelow(stack.ecs.pid).find(
        ({ command }) =>
          command[0]?.endsWith('node') === true && command.at(-1)?.endsWith('recorder/src/main.ts') === true,
      );
      if (main === undefined) throw new Error('no recorder runs');
      return main.pid;
    },
    async close() {
      bucket.close();
      await stack.stop();
      await receiver.close();
    },
  };
}
