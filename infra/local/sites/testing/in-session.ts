import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outcomeOf, terminalPhase } from '@meetingbot/controller/testing';
import {
  type CompleteMeetingSpec,
  completeSpec,
  manifestKey,
  meetingPrefix,
  type Phase,
  REASON_ATTRIBUTION,
  type RecordingManifest,
  recordingKey,
  silentLogger,
  systemClock,
} from '@meetingbot/crds-schema';
import { FileObjectStore, RecordSession, type SessionOptions, type SessionResult } from '@meetingbot/recorder';
import { processesOf } from '../../testing/processes.ts';
import { type Attendance, NAME, PICTURE, type Recorders, type Result } from './attendance.ts';
import { takesAmong } from './takes-among.ts';

/** Who the recorder is to the site. */
export type Identified = Pick<SessionOptions, 'identity' | 'teamsBot'>;

/** Recorders in this process that write to a folder: all of a task but its API and its S3. */
export function startInSession(chromeArgs: string, as: Identified = {}): Recorders {
  const root = mkdtempSync(join(tmpdir(), 'mb-sessions-'));
  return {
    async attend(name, url, { spec }) {
      const { spec: complete, causes } = completeSpec({ url, displayName: NAME, recording: PICTURE, ...spec });
      if (complete === undefined) throw new Error(JSON.stringify(causes));
      return attend(join(root, name), complete, name, { chromeArgs, as });
    },
    async close() {
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function attend(
  workRoot: string,
  spec: CompleteMeetingSpec,
  name: string,
  { chromeArgs, as }: { chromeArgs: string; as: Identified },
): Attendance {
  mkdirSync(workRoot);
  const meeting = { namespace: 'sites', name, uid: randomUUID() };
  const store = new FileObjectStore(join(workRoot, 'bucket'));
  const session = new RecordSession({
    ...{ spec, meeting, attempt: 1, store, bucket: 'local', workRoot, env: process.env },
    ...as,
    browser: { program: '/usr/bin/chromium', extraArgs: chromeArgs, privateHosts: '127.0.0.0/8' },
    ...{ clock: systemClock, logger: silentLogger },
  });
  const keys = async () => (await store.list('')).map(({ key }) => key);
  let ended: SessionResult | undefined;
  void session.run().then((result) => {
    ended = result;
  });
  return {
    phase: async () => session.status().phase as Phase,
    takes: async () => takesAmong(meeting, await keys()),
    stop: async () => session.stop('spec.stop is true'),
    crash() {
      const renderers = processesOf(workRoot).filter(({ command }) => command.join(' ').includes('--type=renderer'));
      if (renderers.length === 0) throw new Error(`${name}: no renderer`);
      for (const { pid } of renderers) process.kill(pid, 'SIGKILL');
    },
    async result() {
      if (ended === undefined) return undefined;
      const { joinedAt } = session.status();
      const all = (await keys()).map((key) => key.slice(meetingPrefix(meeting).length));
      return { ...(await verdictOf(ended, meeting, store)), joinedAt, keys: all };
    },
  };
}

/** What the controller would make of it, by the controller's own rules. */
async function verdictOf(
  { reason, message }: SessionResult,
  meeting: { readonly namespace: string; readonly uid: string },
  store: FileObjectStore,
): Promise<Omit<Result, 'joinedAt' | 'keys'>> {
  if (reason === 'Terminated') throw new Error(`nobody has terminated it: ${message}`);
  const base = { reason, message, attributedTo: REASON_ATTRIBUTION[reason] };
  const stored = await store.get(manifestKey(meeting)).catch(() => undefined);
  const manifest = stored === undefined ? undefined : (JSON.parse(stored.toString()) as RecordingManifest);
  const movie = manifest?.recording;
  if (manifest === undefined || movie === undefined) {
    return { ...base, outcome: 'None', phase: terminalPhase(reason, 'None') };
  }
  const { durationSeconds } = movie;
  const missingSeconds = manifest.gaps.reduce((sum, gap) => sum + gap.seconds, 0);
  const { startedAt = '', endedAt = '', coverage } = manifest;
  const whole = { ...movie, region: 'local', url: 'file:', coverage, startedAt, endedAt };
  const outcome = outcomeOf(reason, { kind: 'whole', attempt: 1, endReason: reason, recording: whole, missingSeconds });
  const phase = terminalPhase(reason, outcome);
  if (outcome === 'None') return { ...base, outcome, phase };
  const file = store.pathOf(recordingKey(meeting));
  return { ...base, outcome, phase, recording: { file, durationSeconds, manifest } };
}
