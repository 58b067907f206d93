import { causesOf, DESCRIBED_PLATFORMS, PlatformPages, REASONS } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { BUILT_IN } from '../registry.ts';

describe('the built-in descriptions of pages', () => {
  it.each(DESCRIBED_PLATFORMS)('of %s keep to the schema and to their own name', (platform) => {
    const pages = BUILT_IN[platform];
    expect(causesOf(PlatformPages, pages)).toEqual([]);
    expect(pages.platform).toBe(platform);
  });

  it.each(DESCRIBED_PLATFORMS)('of %s know every way of not getting in that has a reason of its own', (platform) => {
    const reasons = new Set(BUILT_IN[platform].states.refused.map(({ reason }) => reason));
    const wanted = ['SignInRequired', 'LobbyDenied', 'MeetingNotFound', 'CaptchaRequired', 'BlockedByPlatform'];
    expect(wanted.filter((reason) => !reasons.has(reason as never))).toEqual([]);
    expect([...reasons].filter((reason) => !REASONS.includes(reason))).toEqual([]);
  });

  it.each(DESCRIBED_PLATFORMS)('of %s have no sign that an empty page would show', (platform) => {
    const { states } = BUILT_IN[platform];
    const signs = [states.lobby, states.ended, states.removed, states.prejoin].flat();
    expect(
      signs.filter(({ text, contains }) => [text, contains].some((each) => each !== undefined && each.length < 6)),
    ).toEqual([]);
  });
});
