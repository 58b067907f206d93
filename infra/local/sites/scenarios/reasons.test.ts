import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REASONS, type Reason } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../stack/places.ts';
import { SCENARIOS } from './index.ts';

const ends = 'infra/local/chaos/ends.real.test.ts';
const itsOwnWords = [ends, 'ends with %s, in its own words'] as const;
const keepsWhatIsDurable = [ends, 'ends with %s, and keeps what is durable'] as const;
const noTask = [ends, 'until nobody can still be in it ends with %s'] as const;

/**
 * Reasons that no page and no rule of leaving brings about: the test in which a Meeting ends with each, by its file and
 * its name.
 */
const ELSEWHERE = {
  Missed: [ends, 'that was to begin hours ago'],
  JoinFailed: itsOwnWords,
  RecordingFailed: itsOwnWords,
  InternalError: [ends, 'breaks down without a word'],
  LaunchFailed: noTask,
  QuotaExceeded: noTask,
  RecorderLost: keepsWhatIsDurable,
  OutOfMemory: keepsWhatIsDurable,
  SpotInterrupted: keepsWhatIsDurable,
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
