import { platformOfUrl } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { FakeMeeting } from '../fake-meeting.ts';
import { SITES } from '../platforms/index.ts';
import { SCENARIOS } from './index.ts';

const of = (platform: string) => SCENARIOS.filter((scenario) => scenario.platform === platform);

describe('the scenarios', () => {
  it.each(SITES.map(({ platform }) => platform))(
    'are at least fifteen of %s, three of them by the whole stack',
    (name) => {
      expect(of(name).length).toBeGreaterThanOrEqual(15);
      expect(of(name).filter(({ onStack }) => onStack).length).toBeGreaterThanOrEqual(3);
      expect(new Set(of(name).map((scenario) => scenario.name)).size).toBe(of(name).length);
    },
  );

  it.each(SITES.map(({ platform }) => platform))(
    'reach every end that a page or a rule can bring about, on %s',
    (name) => {
      const common = [
        ...['HostEnded', 'Removed', 'LeftAlone', 'Silence', 'MaxDuration', 'StopRequested', 'NoShow'],
        ...['LobbyDenied', 'LobbyTimeout', 'MeetingNotFound', 'SignInRequired', 'BlockedByPlatform', 'UnknownPage'],
        'CaptchaRequired',
      ];
      // Meet has no passcodes.
      const own = name === 'google-meet' ? [] : ['WrongPasscode'];
      const reasons = of(name).map(({ reason }) => reason);
      expect(reasons).toEqual(expect.arrayContaining([...common, ...own]));
    },
  );

  it('have addresses of their own, which tell their platform', () => {
    for (const site of SITES) {
      const urls = [1, 2, 3].map((number) =>
        site.urlOf(new FakeMeeting(site.platform, site.makeKey(number), 300, [{}])),
      );
      expect(new Set(urls).size).toBe(3);
      for (const url of urls) expect(platformOfUrl(url)).toBe(site.platform);
    }
  });

  it('open every form of an address that a site has', () => {
    for (const { platform, forms, makeKey } of SITES) {
      expect(of(platform).flatMap(({ form }) => form ?? [])).toEqual(expect.arrayContaining(Object.keys(forms)));
      for (const addressOf of Object.values(forms)) expect(platformOfUrl(addressOf(makeKey(1)))).toBe(platform);
    }
  });
});
