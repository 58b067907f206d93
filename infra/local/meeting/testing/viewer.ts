import type { JoinPlan } from '@meetingbot/crds-schema';
import puppeteer, { type Page } from 'puppeteer';
import { walkIn } from '../walk-in.ts';

export interface RemoteMedia {
  /** The pictures in the order of the page; `currentTime` in seconds played. */
  videos: { width: number; height: number; currentTime: number }[];
  /** Root mean square of the last third of a second of the loudest video or audio element; 1 = full scale. */
  level: number;
}

export interface Viewer {
  page: Page;
  /** Clicks through the join steps under that name. */
  walkIn(plan: JoinPlan, displayName: string): Promise<void>;
  /** Resolves when the selector is visible, within 10 s. */
  sees(selector: string): Promise<void>;
  /** Polls until `is` holds for the page's media, within 15 s. @throws with what was there last. */
  media(is: (media: RemoteMedia) => boolean): Promise<RemoteMedia>;
  close(): Promise<void>;
}

/** Opens a page in a headless Chromium without any flag that helps a peer connection: as a stranger would come. */
export async function openViewer(url: string): Promise<Viewer> {
  const browser = await puppeteer.launch({
    executablePath: '/usr/bin/chromium',
    pipe: true,
    args: ['--no-sandbox', '--disable-background-networking', '--autoplay-policy=no-user-gesture-required'],
    defaultViewport: { width: 1280, height: 720 },
  });
  const page = await browser.newPage();
  await page.goto(url);
  return {
    page,
    walkIn: (plan, displayName) => walkIn(page, plan, displayName),
    async sees(selector) {
      await page.waitForSelector(selector, { visible: true, timeout: 10_000 });
    },
    async media(is) {
      const deadline = Date.now() + 15_000;
      for (;;) {
        const media = await page.evaluate(measureMedia);
        if (is(media)) return media;
        if (Date.now() > deadline) throw new Error(`remote media stayed at ${JSON.stringify(media)}`);
      }
    },
    close: () => browser.close(),
  };
}

/** Whether every picture has been played for at least half a second more than before. */
export function playOn(before: RemoteMedia, videos: RemoteMedia['videos']): boolean {
  return videos.every(({ currentTime }, index) => currentTime - (before.videos[index]?.currentTime ?? Infinity) > 0.5);
}

/** Runs in the page. */
async function measureMedia(): Promise<RemoteMedia> {
  const context = new AudioContext();
  await context.resume();
  const ears = [...document.querySelectorAll('video, audio')].map((element) => {
    const analyser = new AnalyserNode(context, { fftSize: 16_384 });
    const stream = element instanceof HTMLMediaElement ? element.srcObject : null;
    const sounds = stream instanceof MediaStream && stream.getAudioTracks().length > 0;
    if (sounds) context.createMediaStreamSource(stream).connect(analyser);
    return analyser;
  });
  await new Promise((resolve) => setTimeout(resolve, 350));
  const levels = ears.map((analyser) => {
    const wave = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(wave);
    return Math.sqrt(wave.reduce((sum, sample) => sum + sample * sample, 0) / wave.length);
  });
  await context.close();
  const videos = [...document.querySelectorAll('video')].map((video) => ({
    width: video.videoWidth,
    height: video.videoHeight,
    currentTime: video.currentTime,
  }));
  return { videos, level: Math.max(0, ...levels) };
}
