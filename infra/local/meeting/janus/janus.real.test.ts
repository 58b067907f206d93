import { existsSync } from 'node:fs';
import { silentLogger as log } from '@meetingbot/crds-schema';
import { expect, test } from 'vitest';
import { leftovers, ownTemporaryFolder, until } from '../testing/leftovers.ts';
import { openViewer, playOn } from '../testing/viewer.ts';
import { janusJoinPlan } from './join-plan.ts';
import { joinJanusParticipants } from './participants.ts';
import { startJanus } from './server.ts';

test('a viewer gets into the video room by the join steps alone and sees and hears two others', async () => {
  const restoreTemporaryFolder = await ownTemporaryFolder();
  const janus = await startJanus({ log });
  const participants = await joinJanusParticipants({ pageUrl: janus.pageUrl, count: 2, log });
  const viewer = await openViewer(janus.viewerUrl);
  const people = async () => (await viewer.page.$$(janusJoinPlan.participants ?? '')).length;
  try {
    await viewer.walkIn(janusJoinPlan, 'MeetingBot');
    await viewer.sees(janusJoinPlan.joined);

    const before = await viewer.media(({ videos }) => videos.length === 2 && videos.every(({ width }) => width > 0));
    const after = await viewer.media(({ videos, level }) => level > 0.001 && playOn(before, videos));
    const peopleBefore = await people();
    await participants.leave(1);
    await until('one person less', async () => (await people()) === 2);

    expect(peopleBefore).toBe(3);
    expect(after.videos).toHaveLength(2);
  } finally {
    await viewer.close();
    await participants.close();
    await janus.close();
  }
  expect(existsSync(`/proc/${janus.pid}`)).toBe(false);
  expect(await leftovers()).toEqual([]);
  await restoreTemporaryFolder();
});
