import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { completeSpec, type Logger, type MeetingSpec, silentLogger, systemClock } from '@meetingbot/crds-schema';
import { FileObjectStore, RecordSession, type SessionOptions, type SessionResult, Stage } from '@meetingbot/recorder';
import { openDirectory } from '../../../testing/open-directory.ts';
import { NAME, PICTURE } from './attendance.ts';
import type { BorrowedStage, SharedStages } from './shared-stages.ts';

/** Who the recorder is to the site. */
export type Identified = Pick<SessionOptions, 'identity' | 'teamsBot'>;

/** One recorder without API and controller that writes to a folder and tells what it logs. */
export interface LoneSession {
  readonly session: RecordSession;
  readonly meeting: SessionOptions['meeting'];
  readonly store: FileObjectStore;
  readonly result: Promise<SessionResult>;
  /** All of its processes have this directory in their environment or command line. */
  readonly placeOfBrowser: () => string;
  /** What was logged so far, each with its facts. */
  readonly log: readonly string[];
}

/** Has a meeting attended. @param options.pages - the operator's document (PLATFORM_PAGES_KEY); absent: none is named */
export async function attendAlone(options: {
  /** A directory that does not exist yet. */
  readonly workRoot: string;
  readonly url: string;
  readonly spec: Partial<MeetingSpec>;
  readonly chromeArgs: string;
  /** Of the Meeting. */
  readonly name?: string;
  /** Absent: a guest. */
  readonly as?: Identified;
  readonly pages?: unknown;
  /** Where it plays; absent: on a stage of its own. */
  readonly stages?: SharedStages;
}): Promise<LoneSession> {
  const { workRoot, url, chromeArgs, name = 'lone', as, pages, stages } = options;
  const { spec, causes } = completeSpec({ url, displayName: NAME, recording: PICTURE, ...options.spec });
  if (spec === undefined) throw new Error(JSON.stringify(causes));
  openDirectory(workRoot);
  const store = new FileObjectStore(join(workRoot, 'bucket'));
  const pagesKey = 'settings/pages.json';
  if (pages !== undefined) {
    await store.put(pagesKey, Buffer.from(JSON.stringify(pages)), { contentType: 'application/json' });
  }
  const log: string[] = [];
  const tell = (facts: object, message: string) => void log.push(`${message} ${JSON.stringify(facts)}`);
  const logger: Logger = { ...silentLogger, debug: tell, info: tell, warn: tell, error: tell };
  const meeting = { namespace: 'sites', name, uid: randomUUID() };
  let borrowed: BorrowedStage | undefined;
  const makeStage: SessionOptions['makeStage'] = (wanted) => {
    borrowed = stages?.lend(wanted);
    return borrowed ?? new Stage(wanted);
  };
  const session = new RecordSession({
    ...{ spec, meeting, attempt: 1, workRoot },
    ...{ ...as, makeStage },
    ...{ store, bucket: 'local', env: process.env, clock: systemClock, logger },
    ...(pages === undefined ? {} : { pagesKey }),
    browser: { program: '/usr/bin/chromium', extraArgs: chromeArgs, privateHosts: '127.0.0.0/8' },
  });
  return { session, meeting, store, result: session.run(), placeOfBrowser: () => borrowed?.dir ?? workRoot, log };
}
