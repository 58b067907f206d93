import {
  type EndReason,
  EXIT_CODES,
  type RecorderReport,
  RecorderSettings,
  readSettings,
  systemClock,
} from '@meetingbot/crds-schema';
import { Reports } from './scripted-recorder/reports.ts';
import { ScriptedRecording } from './scripted-recorder/scripted-recording.ts';
import { type Order, visit } from './scripted-recorder/visit.ts';

/**
 * A recorder without a browser: it speaks the recorder's wire (settings, reports, orders, segments, manifest, exit
 * codes) against the real endpoints, and goes as far as the host of its meeting lets it. What it records is text.
 */
const settings = readSettings(RecorderSettings, process.env);
const reports = new Reports(settings);
const meeting = await reports.meeting();
const recording = await ScriptedRecording.open(settings, meeting);
if (settings.MEETING_MODE === 'salvage') {
  await recording.finish((meeting.status.reason ?? 'RecorderLost') as EndReason);
  process.exit(0);
}

const ended = new AbortController();
let reason: EndReason = 'HostEnded';
const end = (why: EndReason) => {
  if (ended.signal.aborted) return;
  reason = why;
  ended.abort();
};
process.on('SIGTERM', () => end('Terminated'));

let order: Order = { stage: 'outside', isDeaf: false, isHushed: false };
const left = visit(meeting.spec.url, settings.MEETING_ATTEMPT, (next) => {
  order = next;
});
await stages();
reports.phase = 'Finalizing';
await reports.send();
while (reason === 'HostEnded' && order.stage !== 'closed') await systemClock.sleep(20);
reports.result = await result();
reports.phase = 'Done';
await reports.send();
left();
process.exit(EXIT_CODES[reason]);

/** What there is in the end. Where the upload has failed, what is durable is left as it is. */
async function result(): Promise<RecorderReport['result']> {
  const said = order.message === undefined ? {} : { message: order.message };
  if (reason === 'UploadFailed') return { reason, endedWith: 'HostEnded', manifest: false, ...said };
  const manifest = await recording.finish(reason);
  return { reason, manifest: manifest.recording !== undefined, ...said };
}

/** From the door to the end of the call. */
async function stages(): Promise<void> {
  let heardAt = 0;
  while (!ended.signal.aborted) {
    const { stage, isDeaf, isHushed } = order;
    if (order.reason !== undefined) end(order.reason);
    if (stage === 'over' || stage === 'closed' || order.reason !== undefined) return;
    const before = reports.phase;
    if (stage === 'door') reports.phase = 'Joining';
    if (stage === 'lobby') reports.phase = 'Lobby';
    if (stage === 'call') {
      reports.phase = 'Recording';
      reports.joinedAt ??= new Date().toISOString();
      await recording.segment();
    }
    const isNews = reports.phase !== before || reports.isHushed !== isHushed;
    reports.isHushed = isHushed;
    if (stage !== 'outside' && (isNews || Date.now() - heardAt > settings.HEARTBEAT_SECONDS * 1000)) {
      heardAt = Date.now();
      if ((await reports.send()) && !isDeaf) end('StopRequested');
    }
    await systemClock.sleep(50, ended.signal).catch(() => undefined);
  }
}
