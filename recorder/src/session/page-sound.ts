import type { Clock } from '@meetingbot/crds-schema';
import type { JSHandle, Page } from 'puppeteer';
import { bounded } from '../browser/index.ts';
import type { PageSound, ReceivedSound } from './sound-verdict.ts';

/** Listing objects takes a second or two on a busy machine. */
const LOOK_MS = 15_000;

/**
 * Asks a page what sound it receives and plays. Nothing is put into the page beforehand: V8 is asked for the objects that there
 * are (`Runtime.queryObjects`), so that a page can't tell a recorder by it and nothing of the page's own is wrapped. That costs
 * a garbage collection; it is done only while the recording is silent.
 * @throws BrowserError `PageHung`, `PageGone`
 */
export function readPageSound(page: Page, clock: Clock): Promise<PageSound> {
  return withObjects(page, clock, (objects) => page.evaluate(look, ...objects));
}

/**
 * Has a page open its sound again after Chromium's audio service died: streams are put into their elements anew, and
 * contexts that the fault has suspended go on. Without it they stay silent, though a new service would be there.
 * @throws BrowserError `PageHung`, `PageGone`
 */
export function reopenPageSound(page: Page, clock: Clock): Promise<void> {
  return withObjects(page, clock, (objects) => page.evaluate(reopen, ...objects));
}

type Objects = [JSHandle<RTCPeerConnection[]>, JSHandle<HTMLMediaElement[]>, JSHandle<AudioContext[]>];

async function withObjects<T>(page: Page, clock: Clock, use: (objects: Objects) => Promise<T>): Promise<T> {
  const handles: JSHandle[] = [];
  const hold = <H extends JSHandle>(handle: H): H => {
    handles.push(handle);
    return handle;
  };
  const work = async () => {
    const connection = hold(await page.evaluateHandle(() => RTCPeerConnection.prototype));
    const element = hold(await page.evaluateHandle(() => HTMLMediaElement.prototype));
    const context = hold(await page.evaluateHandle(() => AudioContext.prototype));
    const objects: Objects = [
      hold(await page.queryObjects(connection)),
      hold(await page.queryObjects(element)),
      hold(await page.queryObjects(context)),
    ];
    return use(objects);
  };
  try {
    return await bounded('asking for its sound', LOOK_MS, work(), clock);
  } finally {
    // Held by us they would never be freed.
    for (const handle of handles) handle.dispose().catch(() => undefined);
  }
}

/** Runs in the page. Prototypes of subclasses are among the objects, and answer nothing. */
async function look(
  connections: RTCPeerConnection[],
  elements: HTMLMediaElement[],
  contexts: AudioContext[],
): Promise<PageSound> {
  const heard = new Set<string>();
  const unheard = new Set<string>();
  let players = 0;
  for (const element of elements) {
    try {
      const isHeard = !element.paused && !element.muted && element.volume > 0;
      const stream = element.srcObject;
      const tracks = stream instanceof MediaStream ? stream.getAudioTracks() : [];
      for (const { id } of tracks) (isHeard ? heard : unheard).add(id);
      if (!(stream instanceof MediaStream) && (isHeard || element.error !== null)) players += 1;
    } catch {}
  }
  const clocks: number[] = [];
  for (const context of contexts) {
    try {
      const { state, currentTime } = context;
      if (state !== 'closed' && currentTime > 0) players += 1;
      if (state === 'running' && currentTime > 0) clocks.push(currentTime);
    } catch {}
  }
  clocks.sort((one, other) => one - other);
  const received: ReceivedSound[] = [];
  for (const connection of connections) {
    try {
      for (const report of (await connection.getStats()).values()) {
        if (report.type !== 'inbound-rtp' || report.kind !== 'audio') continue;
        const track = String(report.trackIdentifier);
        // What the page itself keeps quiet is no loss; what is in no element may be played in another way.
        if (unheard.has(track) && !heard.has(track)) continue;
        received.push({
          id: `${track} ${report.ssrc}`,
          packets: report.packetsReceived ?? 0,
          playedSeconds: report.totalSamplesDuration ?? 0,
          energy: report.totalAudioEnergy ?? 0,
        });
      }
    } catch {}
  }
  return { at: performance.now(), received, players, clocks };
}

/** Runs in the page. */
function reopen(_: RTCPeerConnection[], elements: HTMLMediaElement[], contexts: AudioContext[]): void {
  for (const element of elements) {
    try {
      const stream = element.srcObject;
      if (!(stream instanceof MediaStream) || stream.getAudioTracks().length === 0) continue;
      const wasPlaying = !element.paused;
      element.srcObject = stream;
      if (wasPlaying) element.play().catch(() => undefined);
    } catch {}
  }
  for (const context of contexts) {
    try {
      if (context.state === 'suspended' && context.currentTime > 0) context.resume().catch(() => undefined);
    } catch {}
  }
}
