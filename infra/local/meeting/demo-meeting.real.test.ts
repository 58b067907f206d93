import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { silentLogger as log } from '@meetingbot/crds-schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoJoinPlan, joinParticipants, joinReferenceCall, startDemoMeeting } from './index.ts';
import type { DemoMeeting } from './server.ts';
import { leftovers, ownTemporaryFolder, processesWith, until } from './testing/leftovers.ts';
import { openViewer, playOn, type Viewer } from './testing/viewer.ts';

let meeting: DemoMeeting;
let viewer: Viewer;
let restoreTemporaryFolder: () => Promise<void>;

beforeAll(async () => {
  restoreTemporaryFolder = await ownTemporaryFolder();
  meeting = await startDemoMeeting({ log });
  viewer = await openViewer(meeting.createRoom({ name: 'first' }));
});

afterAll(async () => {
  await viewer.close();
  await meeting.close();
  await restoreTemporaryFolder();
});

describe('the demo meeting', () => {
  test('shows and plays its participants to a guest, until they leave and the host ends it', async () => {
    const url = meeting.createRoom({ name: 'standup', cookies: true });
    const participants = await joinParticipants({ meetingUrl: url, count: 2, log });
    try {
      await viewer.page.goto(url);
      await viewer.walkIn(demoJoinPlan, 'Meeting Bot');
      await viewer.sees('#call');

      const before = await viewer.media(
        ({ videos }) => videos.length === 2 && videos.every(({ width }) => width === 640),
      );
      const after = await viewer.media(({ videos, level }) => level > 0.01 && playOn(before, videos));
      const names = await viewer.page.$$eval('.tile', (tiles) => tiles.map((tile) => tile.getAttribute('data-name')));
      await participants.leave(1);
      await until('one tile less', async () => (await viewer.page.$$('.tile')).length === 2);
      await participants.leaveAll();
      await until('only our own tile', async () => (await viewer.page.$$('.tile')).length === 1);
      meeting.endRoom('standup');
      await viewer.sees('#bye');

      expect(names).toEqual(['Meeting Bot', 'Ada Lovelace', 'Alan Turing']);
      expect(after.videos).toHaveLength(2);
      expect(await leftovers()).toEqual([]);
      for (const pid of participants.pids) expect(existsSync(`/proc/${pid}`)).toBe(false);
    } finally {
      await participants.close();
    }
  });

  test('keeps a guest in the lobby until the host admits or denies it', async () => {
    const url = meeting.createRoom({ name: 'lobby', lobby: true });
    await viewer.page.goto(url);
    await viewer.walkIn(demoJoinPlan, 'Bot One');
    await viewer.sees('#waiting');
    meeting.admit('lobby', 'Bot One');
    await viewer.sees('#call');

    await viewer.page.goto(url);
    await viewer.walkIn(demoJoinPlan, 'Bot Two');
    await viewer.sees('#waiting');
    meeting.deny('lobby');
    await viewer.sees('#bye[data-reason="denied"]');

    await until('nobody there', () => meeting.participants('lobby').length === 0);
  });

  test('can be a page that renders nothing, one that never answers, or none at all', async () => {
    await viewer.page.goto(meeting.createRoom({ name: 'empty', page: 'blank' }));
    const elements = await viewer.page.$$('body *');
    const hangs = viewer.page.goto(meeting.createRoom({ name: 'hangs', page: 'never-loads' }), { timeout: 700 });
    await expect(hangs).rejects.toThrow(/timeout/i);
    const missing = await viewer.page.goto(`${meeting.url}/nowhere`);

    expect(elements).toEqual([]);
    expect(missing?.status()).toBe(404);
  });
});

test('the reference call is four pictures of 640×480 from one process', async () => {
  const url = meeting.createRoom({ name: 'reference' });
  const call = await joinReferenceCall({ meetingUrl: url, log });
  try {
    await viewer.page.goto(url);
    await viewer.walkIn(demoJoinPlan, 'Meeting Bot');

    const before = await viewer.media(
      ({ videos }) => videos.length === 4 && videos.every(({ width }) => width === 640),
    );
    const after = await viewer.media(({ videos, level }) => level > 0.01 && playOn(before, videos));
    await call.leaveAll();
    await until('only our own tile', async () => (await viewer.page.$$('.tile')).length === 1);

    expect(after.videos.map(({ height }) => height)).toEqual([480, 480, 480, 480]);
    expect(existsSync(`/proc/${call.pid}`)).toBe(false);
  } finally {
    await call.close();
  }
});

describe('participants', () => {
  test('leave no process and no profile behind when whoever started them is killed', async () => {
    const url = meeting.createRoom({ name: 'orphans' });
    const script = fileURLToPath(new URL('./testing/join-and-stay.ts', import.meta.url));
    const parent = spawn(process.execPath, [script, url], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(parent.stdout, 'data');
    const profiles = await leftovers();

    parent.kill('SIGKILL');
    await once(parent, 'exit');

    expect(profiles).toHaveLength(1);
    for (const profile of profiles) {
      await until('no process', async () => (await processesWith(profile)).length === 0);
    }
    await until('no profile', async () => (await leftovers()).length === 0);
    await until('an empty room', () => meeting.participants('orphans').length === 0);
  });
});
