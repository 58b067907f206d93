import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser } from 'puppeteer';

/**
 * Chromium ends by itself when the pipe to its parent closes, whatever ended the parent; this shell outlives both and
 * removes the profile. Chromium's helpers write to it for a while after its first process has ended (seen on a busy
 * machine), so the shell waits until no process of its group is left, or five seconds.
 */
const RUN_AND_CLEAN_UP = `
profile=$1; shift; trap : INT TERM HUP; "$@"
for try in $(seq 50); do
  cat /proc/[0-9]*/stat 2>/dev/null | grep -qE "\\(chrom.*\\) [^Z] [0-9]+ $$ " || break
  sleep 0.1
done
rm -rf "$profile"`;

const FLAGS = [
  '--no-sandbox',
  '--no-first-run',
  '--mute-audio',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--autoplay-policy=no-user-gesture-required',
  '--allow-loopback-in-peer-connection',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];

export interface ParticipantBrowser {
  browser: Browser;
  /** The process group of this browser: its id is the id of the shell that leads it. */
  pid: number;
  /** Ends every process of this browser and removes its profile. May be called twice. */
  close(): Promise<void>;
}

/**
 * Starts a headless Chromium of its own profile for one participant: muted, timers not throttled, ICE over loopback
 * with its addresses shown, so that a browser without any such flag can connect to it.
 * @throws when the browser can't be started; nothing is left behind then.
 */
export async function launchParticipantBrowser(browserPath: string, flags: string[] = []): Promise<ParticipantBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'meeting-participant-'));
  try {
    const args = await puppeteer.defaultArgs({ headless: true, userDataDir: profile, args: [...FLAGS, ...flags] });
    const browser = await puppeteer.launch({
      executablePath: '/bin/sh',
      ignoreDefaultArgs: true,
      args: ['-c', RUN_AND_CLEAN_UP, 'participant', profile, browserPath, ...args],
      pipe: true,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      defaultViewport: { width: 640, height: 480 },
    });
    const pid = browser.process()?.pid;
    if (pid === undefined) throw new Error('the participant browser has no process');
    return {
      browser,
      pid,
      async close() {
        await browser.close();
        await remove(profile);
      },
    };
  } catch (error) {
    await remove(profile);
    throw error;
  }
}

async function remove(profile: string): Promise<void> {
  await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
