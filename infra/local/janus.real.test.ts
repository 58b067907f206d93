import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isTerminal, silentLogger as log } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { ApiClient } from './demo/api-client.ts';
import { Downloader } from './demo/download.ts';
import { janusJoinPlan, joinJanusParticipants, startJanus } from './meeting/janus/index.ts';
import { startStack } from './stack/stack.ts';
import { bandLevel } from './testing/loudness.ts';
import { pictureChange } from './testing/picture.ts';

const isInstalled = existsSync('/usr/bin/janus') && existsSync('/usr/share/janus/demos');
if (!isInstalled) console.log('skipped: Janus is not installed (Debian packages janus and janus-demos)');

/** Chromium's fake microphones beep at about this pitch. */
const FAKE_BEEP_HZ = 400;

describe.runIf(isInstalled)("Debian's Janus, a conference that nobody here wrote", () => {
  it('is joined by join steps alone, and picture and sound of both others are in the MP4', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'mb-janus-'));
    const stack = await startStack({ dataDir, ports: { api: 0, s3: 0, dynamodb: 0, ecs: 0 } });
    const janus = await startJanus({ log });
    const participants = await joinJanusParticipants({ pageUrl: janus.pageUrl, count: 2, log });
    const downloader = new Downloader(stack.s3.info.url);
    const api = new ApiClient(stack.api.info.url);
    const until = async (holds: (phase: string) => boolean) => {
      const deadline = performance.now() + 90_000;
      for (;;) {
        const meeting = await api.get('room-1234');
        if (holds(meeting.status.phase)) return meeting;
        if (performance.now() > deadline) throw new Error(JSON.stringify(meeting.status, null, 1));
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    };
    try {
      await api.create({
        metadata: { name: 'room-1234' },
        spec: {
          url: janus.viewerUrl,
          platform: 'web',
          displayName: 'MeetingBot',
          join: janusJoinPlan,
          leave: { aloneSeconds: 3 },
        },
      });
      await until((phase) => phase === 'Recording');
      await new Promise((resolve) => setTimeout(resolve, 12_000));
      await participants.leave(0);
      await participants.leave(1);
      const { status } = await until((phase) => isTerminal(phase as never));

      expect(status).toMatchObject({ phase: 'Completed', outcome: 'Complete', reason: 'LeftAlone' });
      const { bucket = '', key = '' } = status.recording ?? {};
      const file = join(dataDir, 'room-1234.mp4');
      await downloader.toFile(bucket, key, file);
      expect(status.recording?.durationSeconds).toBeGreaterThan(11);
      expect(await pictureChange(file, 2, 8)).toBeGreaterThan(0.003);
      expect(await bandLevel(file, FAKE_BEEP_HZ)).toBeGreaterThan(-40);
    } finally {
      downloader.close();
      await participants.close();
      await stack.stop();
      await janus.close();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});
