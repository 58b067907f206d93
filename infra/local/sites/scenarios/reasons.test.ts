import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REASONS, type Reason } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../stack/places.ts';
import { SCENARIOS } from './index.ts';

const attemptEnd = 'controller/src/reconcile/attempt-end.test.ts';

/** Reasons that no page and no rule of leaving brings about: the test that reaches each, by its file and its name. */
const ELSEWHERE = {
  Missed: ['infra/local/sites/promises.real.test.ts', 'that nobody gets into the reason is told'],
  JoinFailed: [
    'recorder/src/session/record-session.real.test.ts',
    'keeps what a page looked like that it does not know',
  ],
  RecordingFailed: ['recorder/src/meeting/step.test.ts', 'of the encoder begin a new take, some times in a row'],
  InternalError: ['recorder/src/main.real.test.ts', 'reports why it cannot record, and says it again by its exit code'],
  LaunchFailed: ['infra/local/chaos/controller-killed.real.test.ts', 'goes on with Meetings in every phase'],
  QuotaExceeded: [attemptEnd, 'tells a quota from all other refusals'],
  RecorderLost: [
    'infra/local/chaos/recorder-killed.real.test.ts',
    'that is killed is replaced, and the final file holds',
  ],
  OutOfMemory: [attemptEnd, 'says %s where ECS says %o'],
  SpotInterrupted: [attemptEnd, 'says %s where ECS says %o'],
  UploadFailed: ['infra/local/durability/s3-in-trouble.real.test.ts', 'ends as UploadFailed, keeps its media'],
} as const satisfies Partial<Record<Reason, readonly [file: string, test: string]>>;

const played = new Set<Reason>(SCENARIOS.map(({ reason }) => reason));

describe('every reason that a Meeting can end with', () => {
  it.each(REASONS)('is reached by a scenario of the fake sites, or by a test that is named here: %s', (reason) => {
    expect(played.has(reason) || reason in ELSEWHERE).toBe(true);
  });

  it.each(Object.entries(ELSEWHERE))('%s is what the named test looks for', (reason, [file, name]) => {
    expect(bodyOf(file, name)).toContain(`'${reason}'`);
  });
});

/** A test's source; that of `it.each` is its table and its body. @throws Error where there is no such test */
function bodyOf(file: string, name: string): string {
  const blocks = readFileSync(join(projectRoot, file), 'utf8').split(/^(?= *it(?:\.each)?\()/m);
  const found = blocks.find((block) => block.includes(name));
  if (found === undefined) throw new Error(`${file} has no test "${name}…"`);
  return found;
}
