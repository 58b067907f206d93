import {
  type Clock,
  EXIT_CODES,
  type Logger,
  type Meeting,
  RECORDER_SALVAGE_MS,
  type RecorderHealth,
  type RecorderReport,
  type RecorderSettings,
} from '@meetingbot/crds-schema';
import { readSecret } from '../identity/secret-reader.ts';
import { sessionIdentity } from '../identity/session-identity.ts';
import { teamsBotOf } from '../identity/teams-bot-token.ts';
import { createWorkDir } from '../process/index.ts';
import { ControllerApi, firstMeeting, type Order, type ReportContent, Reporter, stopOf } from '../report/index.ts';
import { createS3Store, salvage, UploadError } from '../upload/index.ts';
import { RecordSession } from './record-session.ts';
import { summaryOfLost } from './salvage-summary.ts';
import type { SessionOptions, SessionResult, SessionStatus } from './session-types.ts';
import { sweepSessions } from './sweep.ts';

/** How long the API may be away at our start, and how long our last word is tried. */
const FIRST_MEETING_MS = 120_000;
const LAST_WORD_MS = 15_000;
/** No message of ours is longer (RecorderReport). */
const MAX_MESSAGE = 1024;
const MAX_NOTICE = 512;

export interface TaskDeps {
  readonly settings: RecorderSettings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workRoot: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  /** Aborted by SIGTERM; the reason says so. */
  readonly terminated: AbortSignal;
  /** Takes what nobody has caught: the recording that there is must not be lost by it. */
  readonly onPanic: (handle: (message: string) => void) => void;
}

/** One recorder task from start to end: resolves to its exit code, and everything it started is gone. */
export async function runTask(deps: TaskDeps): Promise<number> {
  const { settings, logger, clock, random, terminated } = deps;
  await sweepSessions(deps.workRoot, deps).catch((error: unknown) =>
    logger.warn({ error: String(error) }, 'sweep failed'),
  );
  const meeting = {
    namespace: settings.MEETING_NAMESPACE,
    name: settings.MEETING_NAME,
    uid: settings.MEETING_UID,
  };
  const api = new ControllerApi({ url: settings.CONTROLLER_URL, meeting, token: settings.MEETING_TOKEN });
  const waiting = { clock, logger, random, signal: terminated };
  const answer = await firstMeeting(api, FIRST_MEETING_MS, waiting).catch(() => undefined);
  if (answer === undefined) return exitCode(logger, { reason: 'Terminated', message: 'told to end before the start' });
  switch (answer.kind) {
    case 'meeting':
      return settings.MEETING_MODE === 'salvage'
        ? salvageFor(deps, answer.meeting)
        : exitCode(logger, await record(deps, api, answer.meeting));
    case 'gone':
      return exitCode(logger, { reason: 'StopRequested', message: answer.message });
    case 'superseded':
      return exitCode(logger, { reason: 'Terminated', message: answer.message });
    case 'away':
      return exitCode(logger, { reason: 'InternalError', message: `the API does not answer: ${answer.message}` });
  }
}

async function record(deps: TaskDeps, api: ControllerApi, meeting: Meeting): Promise<SessionResult> {
  const { settings, clock, logger, random, terminated } = deps;
  const store = storeFor(settings);
  let result: SessionResult | undefined;
  let health: RecorderHealth = {};
  let telling: Promise<unknown> = Promise.resolve();
  const identity = await sessionIdentity(settings, {
    sleep: (ms) => clock.sleep(ms, terminated).catch(() => undefined),
  });
  const session = new RecordSession({
    ...{ spec: meeting.spec, meeting: meeting.metadata, attempt: settings.MEETING_ATTEMPT },
    ...{ store, bucket: settings.S3_BUCKET_NAME, workRoot: deps.workRoot, env: deps.env, clock, logger },
    ...seenBefore(meeting),
    browser: {
      program: settings.CHROMIUM_PATH,
      ...(settings.CHROME_EXTRA_ARGS === undefined ? {} : { extraArgs: settings.CHROME_EXTRA_ARGS }),
      ...(settings.BROWSER_PRIVATE_HOSTS === undefined ? {} : { privateHosts: settings.BROWSER_PRIVATE_HOSTS }),
    },
    ...(identity === undefined ? {} : { identity }),
    teamsBot: teamsBotOf(settings, readSecret),
    ...(settings.PLATFORM_PAGES_KEY === undefined ? {} : { pagesKey: settings.PLATFORM_PAGES_KEY }),
    onChange: () => reporter.news(),
    onResult: (final) => {
      result = final;
      telling = lastWord();
    },
  });
  let isSuperseded = false;
  const reporter = new Reporter({
    ...{ api, attempt: settings.MEETING_ATTEMPT, heartbeatMs: settings.HEARTBEAT_SECONDS * 1000 },
    ...{ clock, logger, random },
    content: () => reportOf(session.status(), health, result),
    onMeeting: ({ spec }) => session.setLeave(spec.leave),
    onOrder: (order: Order) => {
      logger.info({ order: order.kind, why: order.message }, 'told by the API');
      isSuperseded ||= order.kind === 'superseded';
      if (order.kind === 'stop') session.stop(order.message);
      else session.supersede(order.message);
    },
  });
  const lastWord = () => (isSuperseded ? reporter.close() : reporter.finish(LAST_WORD_MS));
  deps.onPanic((message) => session.fail(message));
  const stop = stopOf(meeting);
  if (stop !== undefined) session.stop(stop);
  const onTerminated = () => session.terminate(String(terminated.reason));
  if (terminated.aborted) onTerminated();
  terminated.addEventListener('abort', onTerminated, { once: true });

  const measuring = new AbortController();
  const measure = async () => {
    while (!measuring.signal.aborted) {
      health = await session.health();
      await clock.sleep(settings.HEARTBEAT_SECONDS * 1000, measuring.signal).catch(() => undefined);
    }
  };
  const measured = measure();
  reporter.start();
  const final = await session.run();
  measuring.abort();
  await Promise.all([telling, measured]);
  store.close();
  return final;
}

function reportOf(status: SessionStatus, health: RecorderHealth, result: SessionResult | undefined): ReportContent {
  const { joinedAt, recordingStartedAt, participants, dialogs = new Map(), notices } = status;
  const iso = (ms: number) => new Date(ms).toISOString();
  return {
    phase: result === undefined ? status.phase : 'Done',
    ...(joinedAt === undefined ? {} : { joinedAt: iso(joinedAt) }),
    ...(recordingStartedAt === undefined ? {} : { recordingStartedAt: iso(recordingStartedAt) }),
    ...(participants === undefined ? {} : { participants }),
    ...(dialogs.size === 0 ? {} : { dialogs: [...dialogs].map(([name, answered]) => ({ name, answered })) }),
    ...(notices === undefined
      ? {}
      : { notices: notices.map((each) => ({ ...each, message: each.message.slice(0, MAX_NOTICE) })) }),
    health,
    ...(result === undefined ? {} : { result: resultOf(result) }),
  };
}

function resultOf({ reason, endedWith, message, manifest }: SessionResult): NonNullable<RecorderReport['result']> {
  return {
    reason,
    ...(endedWith === undefined ? {} : { endedWith }),
    ...{ message: message.slice(0, MAX_MESSAGE), manifest: manifest !== undefined },
  };
}

/** What the recorder before us saw, as its reports told. */
function seenBefore({ status }: Meeting): Pick<SessionOptions, 'joinedBefore' | 'participantsBefore'> {
  const { joinedAt, recorder } = status;
  if (joinedAt === undefined) return {};
  const participants = recorder?.participants;
  return {
    joinedBefore: Date.parse(joinedAt),
    ...(participants === undefined ? {} : { participantsBefore: participants }),
  };
}

/** Assembles what lost recorders left; no page is opened. The manifest tells why the last of them ended. */
async function salvageFor(deps: TaskDeps, meeting: Meeting): Promise<number> {
  const { settings, clock, logger, terminated } = deps;
  const store = storeFor(settings);
  const workDir = await createWorkDir(deps.workRoot);
  const summary = summaryOfLost(meeting);
  try {
    const manifest = await salvage(
      {
        ...{ store, bucket: settings.S3_BUCKET_NAME, meeting: meeting.metadata, attempt: settings.MEETING_ATTEMPT },
        ...{ kind: meeting.spec.recording.kind, workDir: workDir.path, clock, log: logger },
      },
      summary,
      AbortSignal.any([terminated, AbortSignal.timeout(RECORDER_SALVAGE_MS)]),
    );
    logger.info({ outcome: manifest.outcome, reason: summary.reason }, 'salvaged');
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (terminated.aborted) return exitCode(logger, { reason: 'Terminated', message });
    return exitCode(logger, { reason: error instanceof UploadError ? 'UploadFailed' : 'InternalError', message });
  } finally {
    await workDir.remove();
    store.close();
  }
}

function storeFor(settings: RecorderSettings): ReturnType<typeof createS3Store> {
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = settings;
  return createS3Store({
    bucket: settings.S3_BUCKET_NAME,
    region: settings.S3_REGION,
    pathStyle: settings.S3_USE_MINIO_COMPATIBILITY,
    minioCompatibility: settings.S3_USE_MINIO_COMPATIBILITY,
    ...(settings.S3_ENDPOINT === undefined ? {} : { endpoint: settings.S3_ENDPOINT }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey } }),
  });
}

function exitCode(logger: Logger, { reason, message, manifest }: SessionResult): number {
  const code = EXIT_CODES[reason];
  logger.info({ reason, why: message, code, outcome: manifest?.outcome }, 'the recorder ends');
  return code;
}
