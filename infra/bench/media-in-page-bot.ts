import { appendFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { silentLogger, systemClock } from '@meetingbot/crds-schema';
import { makeQuarters, ourselves, startDisplay, startSound } from '@meetingbot/recorder';
import puppeteer from 'puppeteer';
import { demoJoinPlan } from '../local/meeting/index.ts';
import { walkIn } from '../local/meeting/walk-in.ts';
import { LOCAL } from '../local/stack/places.ts';
import { recordInPage } from './media-in-page-script.ts';

/**
 * A recorder as screenappai/meeting-bot has it for Google Meet and Zoom, for comparison: the tab records itself with
 * getDisplayMedia and MediaRecorder, chunks come to Node as base64 and are appended to a file, which is uploaded after
 * the end. Arguments: meeting URL, folder, S3 endpoint, key. Prints a line of JSON for each event.
 */

const PAGE = { width: 1280, height: 720 };
/**
 * A tab is captured as far as its window shows it, here all of it: below the tab strip, the address and the bar that
 * says it is being shared. The original's window of 1280×800 cuts off the lower part of the meeting.
 */
const DISPLAY = { width: 1400, height: 1000 };
const PART_BYTES = 50 * 1024 * 1024;
/** Its flags for Google Meet, and what Chromium needs on this machine. */
const FLAGS = [
  ...[
    '--no-sandbox',
    '--disable-setuid-sandbox',
    '--window-size=1280,920',
    '--window-position=0,0',
    '--auto-accept-this-tab-capture',
  ],
  ...['--autoplay-policy=no-user-gesture-required', '--no-default-browser-check', '--disable-first-run-ui'],
  ...[
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
    '--no-first-run',
  ],
];

const say = (event: string, facts: object = {}) =>
  process.stdout.write(`${JSON.stringify({ event, at: Date.now(), ...facts })}\n`);

async function main([url = '', dir = '', endpoint = '', key = '']: readonly string[]): Promise<void> {
  const deps = { clock: systemClock, logger: silentLogger, env: { PATH: process.env['PATH'] ?? '' } };
  const quarters = await makeQuarters({ user: ourselves(), root: dir, keys: join(dir, 'keys') }, deps);
  const display = await startDisplay({ ...DISPLAY, quarters }, deps);
  const sound = await startSound({ quarters }, deps);
  const browser = await puppeteer.launch({
    executablePath: '/usr/bin/chromium',
    headless: false,
    pipe: true,
    args: FLAGS,
    userDataDir: join(dir, 'profile'),
    env: { ...deps.env, ...display.env, ...sound.env, HOME: dir },
    defaultViewport: PAGE,
  });
  try {
    const page = (await browser.pages())[0] ?? (await browser.newPage());
    const file = join(dir, 'recording.webm');
    await page.exposeFunction('sendChunk', (chunk: string) => appendFile(file, Buffer.from(chunk, 'base64')));
    await page.goto(url);
    await walkIn(page, demoJoinPlan, 'Meeting Recorder');
    await page.waitForSelector(demoJoinPlan.joined, { visible: true });
    say('recording', await page.evaluate(recordInPage));
    await page.waitForSelector('#bye', { visible: true, timeout: 0 });
    say('over');
    await page.evaluate('window.stopRecording()');
    say('stopped');
    say('uploaded', await upload(file, endpoint, key));
  } finally {
    await browser.close();
    await sound.stop();
    await display.stop();
  }
}

async function upload(file: string, endpoint: string, Key: string): Promise<{ bytes: number }> {
  const { region, accessKeyId, secretAccessKey, bucket: Bucket } = LOCAL;
  const credentials = { accessKeyId, secretAccessKey };
  const s3 = new S3Client({ endpoint, region, forcePathStyle: true, credentials });
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ContentType: 'video/webm' }));
  const handle = await open(file);
  const Parts: { ETag: string | undefined; PartNumber: number }[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(PART_BYTES), 0, PART_BYTES, bytes);
      if (bytesRead === 0) break;
      const Body = buffer.subarray(0, bytesRead);
      const PartNumber = Parts.length + 1;
      const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
      Parts.push({ ETag, PartNumber });
      bytes += bytesRead;
    }
  } finally {
    await handle.close();
  }
  await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
  s3.destroy();
  return { bytes };
}

await main(process.argv.slice(2));
