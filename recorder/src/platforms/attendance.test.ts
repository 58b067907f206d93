import type { DescribedPlatform } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { Attendance } from './attendance.ts';
import type { madeSnapshot } from './made-snapshot.fixture.ts';
import { BUILT_IN } from './registry.ts';
import { visitToldPage } from './told-page.fixture.ts';

const words = { displayName: 'Meeting Recorder', passcode: undefined };

function open(platform: DescribedPlatform, shows: Parameters<typeof visitToldPage>[0]) {
  const { visit, ...more } = visitToldPage(shows);
  return { attendance: new Attendance(visit, BUILT_IN[platform], words, () => undefined), ...more };
}

const connecting = { texts: ['Joining Meeting...'] };
const lobby = { texts: ['Please wait, the meeting host will let you in soon.'] };

describe('the way in', () => {
  it.each([
    ['zoom', 'Joining Meeting...'],
    ['microsoft-teams', 'Connecting\u2026'],
    ['microsoft-teams', 'Hang on...'],
    ['jitsi', 'Connecting you to your meeting\u2026'],
  ] as const)('of %s may say "%s" for 100 seconds', async (platform, text) => {
    const waits = platform === 'zoom' ? lobby.texts : ['Someone will let you in soon', 'Waiting for a moderator'];
    const { attendance, seconds } = open(platform, (time) => ({ texts: time < 100 ? [text] : waits }));
    await attendance.arrive();
    // A look may be a second old.
    expect(Math.floor(seconds())).toBe(100);
  });

  it('that connects for two minutes is a join that failed, and no page that we do not know', async () => {
    const { attendance, seconds } = open('zoom', () => connecting);
    await expect(attendance.arrive()).rejects.toMatchObject({ reason: 'JoinFailed', timedOut: false });
    expect(seconds()).toBeCloseTo(120, 0);
  });

  it('ends after a minute of a page that nobody knows, the home of the platform included', async () => {
    for (const page of [{ texts: ['We have news'] }, { url: 'https://meet.google.com/landing' }]) {
      const { attendance, seconds } = open('google-meet', () => page);
      await expect(attendance.arrive()).rejects.toMatchObject({ reason: 'UnknownPage' });
      expect(seconds()).toBeCloseTo(60, 0);
    }
  });

  it('has no more time for connecting once somebody has let us in', async () => {
    const { attendance, clock } = open('zoom', (time) => (time < 300 ? lobby : connecting));
    await attendance.arrive();
    const lookIn = async (ms: number) => {
      await clock.sleep(ms);
      attendance.mustGetIn(await attendance.look());
    };
    await lookIn(299_000);
    await lookIn(2000);
    await lookIn(119_000);
    await expect(lookIn(1000)).rejects.toMatchObject({ reason: 'JoinFailed', timedOut: false });
  });
});

describe('in the call', () => {
  const call = {
    '#hangup-button': ['Leave'],
    '#raisehands-button': ['Raise'],
    '[data-tid="call-duration"]': ['00:12'],
  };
  const us = { name: 'Meeting Recorder', self: true, speaking: false };
  const movesFor = async (page: Parameters<typeof madeSnapshot>[0]) => {
    const { attendance, moves, end } = open('microsoft-teams', (time) => {
      if (time > 100) end();
      return page;
    });
    await attendance.stay();
    return moves.map((time) => Math.floor(time / 30));
  };

  it('controls are woken now and then where nobody else is shown and the place of the number is out of sight', async () => {
    expect(await movesFor({ seen: call, people: [us] })).toEqual([0, 1, 2, 3]);
    expect(await movesFor({ seen: call, counted: [['People']], people: [us] })).toEqual([]);
    expect(await movesFor({ seen: call, people: [us, { ...us, name: 'Ada', self: false }] })).toEqual([]);
  });
});
