import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isTerminal, type Meeting, silentLogger } from '@meetingbot/crds-schema';
import { ApiClient } from './demo/api-client.ts';
import { printReceipt } from './demo/checks.ts';
import { ProgressLines } from './demo/clock-lines.ts';
import { Downloader } from './demo/download.ts';
import { judgeRecording } from './demo/judge.ts';
import { type MafReceiver, startMafReceiver } from './demo/maf-receiver.ts';
import { type Receiver, startReceiver } from './demo/receiver.ts';
import {
  type DemoMeeting,
  demoJoinPlan,
  joinReferenceCall,
  type ReferenceCall,
  startDemoMeeting,
} from './meeting/index.ts';
import { projectRoot } from './stack/places.ts';
import { type Stack, startStack } from './stack/stack.ts';

/**
 * `npm run demo`: a real meeting is recorded on this machine, from the API call to the signed webhook, and what came
 * of it is measured. Exit code 0 only when every check holds.
 */

const SECRET = `whsec_${Buffer.from('meeting-bot-demo-secret-0123456789').toString('base64')}`;
/** How long the participants stay once we record. */
const MEETING_MS = 20_000;
const DEADLINE_MS = 110_000;
const POLL_MS = 100;

interface Stage {
  dataDir: string;
  receiver?: Receiver;
  maf?: MafReceiver;
  stack?: Stack;
  meeting?: DemoMeeting;
  participants?: ReferenceCall;
}

async function main(): Promise<boolean> {
  const stage: Stage = { dataDir: await mkdtemp(join(tmpdir(), 'meetingbot-demo-')) };
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => reject(new Error(`ended by ${signal}`)));
    }
  });
  try {
    return await Promise.race([play(stage), interrupted]);
  } finally {
    await stage.participants?.close();
    await stage.meeting?.close();
    await stage.stack?.stop();
    await stage.receiver?.close();
    await stage.maf?.close();
    await rm(stage.dataDir, { recursive: true, force: true });
  }
}

async function play(stage: Stage): Promise<boolean> {
  const progress = new ProgressLines();
  stage.receiver = await startReceiver(SECRET);
  stage.stack = await startStack({
    dataDir: stage.dataDir,
    ports: { api: 0, s3: 0, dynamodb: 0, ecs: 0 },
    settings: {
      NOTIFY_WEBHOOK_ENABLED: 'true',
      NOTIFY_WEBHOOK_URL: stage.receiver.url,
      NOTIFY_WEBHOOK_SECRET: SECRET,
    },
  });
  const { api, s3 } = stage.stack;
  progress.line('stack', `API ${api.info.url}  S3 ${s3.info.url}`);
  const maf = await startMafReceiver({ secret: SECRET, s3Url: s3.info.url, dataDir: join(stage.dataDir, 'maf') });
  if (maf !== undefined) {
    stage.maf = maf;
    stage.receiver.handOnTo = maf.url;
  }
  progress.line('receiver', maf?.url ?? 'our own: Python with fastapi, uvicorn and boto3 is not here');
  stage.meeting = await startDemoMeeting({ log: silentLogger });
  const url = stage.meeting.createRoom({ name: 'weekly-standup', cookies: true });
  // They send without a browser: encoding would starve the recorder of a small machine.
  stage.participants = await joinReferenceCall({ meetingUrl: url, count: 2, log: silentLogger });
  progress.line('meeting', `${stage.participants.names.join(' and ')} talk at ${url}`);

  const client = new ApiClient(api.info.url);
  const created = await client.create({
    metadata: { name: 'weekly-standup' },
    spec: {
      url,
      platform: 'web',
      displayName: 'Meeting Recorder',
      join: demoJoinPlan,
      leave: { aloneSeconds: 3 },
      context: { userId: 'demo-user', teamId: 'demo-team', botId: 'demo-bot', timezone: 'UTC' },
    },
  });
  progress.line('written', `Meeting default/${created.metadata.name}, uid ${created.metadata.uid}`);
  const { meeting, leftAt } = await follow(client, created, stage.participants, progress);
  const received = await awaitWebhook(stage.receiver, progress);

  const out = join(projectRoot, '.local', 'recordings');
  await mkdir(out, { recursive: true });
  const downloader = new Downloader(s3.info.url);
  try {
    const checks = await judgeRecording({ meeting, leftAt, received, maf, downloader, out });
    console.log(`\nwebhook body\n${JSON.stringify(received?.body, null, 2)}\n`);
    return printReceipt(checks);
  } finally {
    downloader.close();
  }
}

/** Prints each phase as it comes; once we record, the participants talk on for a while and leave. */
async function follow(
  client: ApiClient,
  created: Meeting,
  participants: ReferenceCall,
  progress: ProgressLines,
): Promise<{ meeting: Meeting; leftAt: number }> {
  const deadline = performance.now() + DEADLINE_MS;
  let phase = '';
  let leaving: Promise<void> | undefined;
  let leftAt = Number.NaN;
  for (;;) {
    const meeting = await client.get(created.metadata.name);
    if (meeting.status.phase !== phase) {
      phase = meeting.status.phase;
      progress.line(phase, describe(meeting));
    }
    if (phase === 'Recording' && leaving === undefined) {
      leaving = pause(MEETING_MS).then(async () => {
        await participants.leaveAll();
        leftAt = Date.now();
        progress.line('left', 'the participants have left; the recorder is alone');
      });
    }
    if (isTerminal(meeting.status.phase)) {
      await leaving;
      return { meeting, leftAt };
    }
    if (performance.now() > deadline) throw new Error(`still ${phase} after ${DEADLINE_MS / 1000} s`);
    await pause(POLL_MS);
  }
}

function describe({ status }: Meeting): string {
  if (status.outcome !== undefined) return `${status.outcome}, ${status.reason}: ${status.message ?? ''}`;
  if (status.reason !== undefined) return status.reason;
  const task = status.attempts.at(-1)?.taskArn?.split('/').at(-1);
  return task === undefined ? '' : `attempt ${status.attempts.length}, task ${task}`;
}

async function awaitWebhook({ received }: Receiver, progress: ProgressLines) {
  const deadline = performance.now() + 10_000;
  while (received.length === 0 && performance.now() < deadline) await pause(POLL_MS);
  const [first] = received;
  progress.line('webhook', first === undefined ? 'none came' : `${first.id}, ${first.faults.length} faults`);
  return first;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

main().then(
  (good) => process.exit(good ? 0 : 1),
  (error: unknown) => {
    console.error(`demo: ${(error as Error).message}`);
    process.exit(1);
  },
);
