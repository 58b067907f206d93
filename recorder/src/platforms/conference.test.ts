import { completeSpec, type DescribedPlatform } from '@meetingbot/crds-schema';
import { afterEach, describe, expect, it } from 'vitest';
import { conferencePlatform } from './conference.ts';
import { BUILT_IN } from './registry.ts';
import { visitToldPage } from './told-page.fixture.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** Enters a conference whose page shows what it is told to; `lookAt` looks at it once so many seconds after the beginning. */
async function attend(platform: DescribedPlatform, url: string, shows: Parameters<typeof visitToldPage>[0]) {
  const { visit, clock, seconds, end } = visitToldPage(shows);
  ends.push(end);
  const { spec } = completeSpec({ url, platform });
  if (spec === undefined) throw new Error('no spec');
  const functions = { entranceOf: (address: URL) => address, passcodeOf: () => undefined };
  const conference = conferencePlatform(spec, BUILT_IN[platform], functions);
  await conference.enter(visit);
  const lookAt = async (time: number) => {
    await clock.sleep(time * 1000 - seconds() * 1000);
    return conference.observe(visit);
  };
  return { lookAt };
}

describe('a conference whose lobby', () => {
  it('leads to a page that never gets in ends as a join that failed, and not as a lobby', async () => {
    const words = (time: number) => (time < 300 ? 'Waiting for the host' : 'Joining Meeting...');
    const shows = (time: number) => ({ texts: [words(time)] });
    const { lookAt } = await attend('zoom', 'https://zoom.us/j/91234567890', shows);
    expect(await lookAt(299)).toMatchObject({ state: 'lobby' });
    expect(await lookAt(301)).toMatchObject({ state: 'unknown' });
    expect(await lookAt(419)).toMatchObject({ state: 'unknown' });
    await expect(lookAt(422)).rejects.toMatchObject({ reason: 'JoinFailed', timedOut: false });
  });

  it('gives way to the home of Meet has ended', async () => {
    const shows = (time: number) =>
      time < 600
        ? { url: 'https://meet.google.com/abc-defg-hij', texts: ['Asking to be let in'] }
        : { url: 'https://meet.google.com/landing', since: 1, texts: ['Video calls and meetings for everyone'] };
    const { lookAt } = await attend('google-meet', 'https://meet.google.com/abc-defg-hij', shows);
    expect(await lookAt(599)).toMatchObject({ state: 'lobby' });
    expect(await lookAt(601)).toMatchObject({ state: 'ended' });
  });
});
