import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { outcomeOf, terminalPhase } from '@meetingbot/controller/testing';
import {
  manifestKey,
  meetingPrefix,
  type Phase,
  REASON_ATTRIBUTION,
  type RecordingManifest,
  recordingKey,
  totalSeconds,
} from '@meetingbot/crds-schema';
import type { FileObjectStore, SessionResult } from '@meetingbot/recorder';
import { type ProcessFacts, processesOf } from '@meetingbot/recorder/testing';
import { makeOpenDirectory } from '../../../testing/open-directory.ts';
import { type Attendance, IS_TEXT, type Recorders, type Result } from './attendance.ts';
import { attendAlone, type Identified, type LoneSession } from './lone-session.ts';
import type { SharedStages } from './shared-stages.ts';
import { takesAmong } from './takes-among.ts';

/**
 * Recorders in this process that write to a folder: all of a task but its API and its S3.
 * @param options.as - who they are to the site; absent: guests
 * @param options.stages - where they play, one after the other; absent: each on a stage of its own
 */
export function startInSession(
  chromeArgs: string,
  { as = {}, stages }: { readonly as?: Identified; readonly stages?: SharedStages } = {},
): Recorders {
  const root = makeOpenDirectory('mb-sessions-');
  return {
    async attend(name, url, { spec = {} }) {
      const workRoot = join(root, name);
      const on = stages === undefined ? {} : { stages };
      return attendance(name, await attendAlone({ workRoot, url, spec, name, chromeArgs, as, ...on }));
    },
    async close() {
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function attendance(
  name: string,
  { session, meeting, store, result: ending, placeOfBrowser, log }: LoneSession,
): Attendance {
  const keys = async () => (await store.list('')).map(({ key }) => key);
  let ended: SessionResult | undefined;
  void ending.then((result) => {
    ended = result;
  });
  return {
    phase: async () => session.status().phase as Phase,
    takes: async () => takesAmong(meeting, await keys()),
    stop: async () => session.stop('spec.stop is true'),
    crash() {
      const isRenderer = ({ command }: ProcessFacts) => command.join(' ').includes('--type=renderer');
      const renderers = processesOf(placeOfBrowser()).filter(isRenderer);
      if (renderers.length === 0) throw new Error(`${name}: no renderer`);
      for (const { pid } of renderers) process.kill(pid, 'SIGKILL');
    },
    async result() {
      if (ended === undefined) return undefined;
      const { joinedAt, dialogs = [] } = session.status();
      const prefix = meetingPrefix(meeting);
      const all = (await keys()).map((key) => key.slice(prefix.length));
      const read = async (key: string) => [key, String(await store.get(prefix + key))] as const;
      const texts = new Map(await Promise.all(all.filter((key) => IS_TEXT.test(key)).map(read)));
      const told = { texts, dialogs: Object.fromEntries(dialogs), log };
      return { ...(await verdictOf(ended, meeting, store)), ...told, joinedAt, keys: all };
    },
  };
}

/** What the controller would make of it, by the controller's own rules. */
async function verdictOf(
  { reason, message }: SessionResult,
  meeting: { readonly namespace: string; readonly uid: string },
  store: FileObjectStore,
): Promise<Omit<Result, 'joinedAt' | 'keys' | 'texts' | 'dialogs' | 'log'>> {
  if (reason === 'Terminated') throw new Error(`nobody has terminated it: ${message}`);
  const base = { reason, message, attributedTo: REASON_ATTRIBUTION[reason] };
  const stored = await store.get(manifestKey(meeting)).catch(() => undefined);
  const manifest = stored === undefined ? undefined : (JSON.parse(stored.toString()) as RecordingManifest);
  const movie = manifest?.recording;
  if (manifest === undefined || movie === undefined) {
    return { ...base, outcome: 'None', phase: terminalPhase(reason, 'None') };
  }
  const { durationSeconds } = movie;
  const soundLostSeconds = totalSeconds(manifest.soundLost ?? []);
  const missingSeconds = totalSeconds(manifest.gaps);
  const { startedAt = '', endedAt = '', coverage } = manifest;
  const whole = { ...movie, region: 'local', url: 'file:', coverage, startedAt, endedAt };
  const look = {
    kind: 'whole',
    attempt: 1,
    endReason: reason,
    recording: whole,
    missingSeconds,
    soundLostSeconds,
  } as const;
  const outcome = outcomeOf(reason, look);
  const phase = terminalPhase(reason, outcome);
  if (outcome === 'None') return { ...base, outcome, phase };
  const file = store.pathOf(recordingKey(meeting));
  return { ...base, outcome, phase, recording: { file, durationSeconds, manifest } };
}
