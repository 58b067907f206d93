import { DESCRIBED_PLATFORMS, PLATFORMS, REFUSAL_REASONS } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { adviceFor } from '../platforms/index.ts';
import { BUILT_IN } from '../platforms/registry.ts';
import { endWords } from './end-words.ts';

const none = { notices: [], signedInAs: undefined };

describe('what is said of a refusal', () => {
  it.each(PLATFORMS.flatMap((platform) => REFUSAL_REASONS.map((reason) => ({ platform, reason }))))(
    'is advice to the host of $platform for $reason, and what was seen',
    ({ platform, reason }) => {
      const words = endWords({ reason, message: 'a page' }, platform, none);

      expect(words).toBe(`${adviceFor(reason, platform)} (seen: a page)`);
      expect(adviceFor(reason, platform)?.length).toBeGreaterThan(30);
    },
  );

  it.each(DESCRIBED_PLATFORMS)('is short enough on %s that the notices after it are read too', (platform) => {
    const advices = BUILT_IN[platform].states.refused.flatMap(({ advice = '' }) => advice);

    for (const advice of advices) expect(advice.length).toBeLessThan(200);
  });

  it('is the page’s own advice where it has some', () => {
    const end = { reason: 'BlockedByPlatform', message: 'a sentence', advice: 'unlock the meeting' } as const;

    expect(endWords(end, 'zoom', none)).toBe('unlock the meeting (seen: a sentence)');
  });

  it('tells the operator, not the host, of a profile that is signed out', () => {
    const end = { reason: 'SignInRequired', message: 'a sign-in', advice: 'allow guests' } as const;

    expect(endWords(end, 'google-meet', { ...none, signedInAs: 'notes' })).toBe(
      'the profile of identity notes is not signed in any more: make it anew (npm run sign-in) (seen: a sign-in)',
    );
  });

  it('tells what could not be done as it was wanted', () => {
    const notices = [{ reason: 'NotSignedIn', message: 'joined as a guest, not as notes: why' }] as const;

    expect(endWords({ reason: 'SignInRequired', message: 'a page' }, 'web', { ...none, notices })).toMatch(
      /\(seen: a page\); joined as a guest, not as notes: why$/,
    );
  });
});

it('an end that no host could change is told as it is', () => {
  expect(endWords({ reason: 'HostEnded', message: 'it is over' }, 'zoom', none)).toBe('it is over');
  expect(endWords({ reason: 'Terminated', message: 'SIGTERM' }, 'zoom', none)).toBe('SIGTERM');
});
