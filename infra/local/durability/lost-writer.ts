/**
 * A recorder's end towards S3 that goes on until it is killed: `node lost-writer.ts <endpoint> <directory> <take>` records the
 * take in that file as attempt 1, says `durable` when all of it is in S3, and never finishes.
 */
import { readFileSync } from 'node:fs';
import { silentLogger, systemClock } from '@meetingbot/crds-schema';
import { openRecording } from '@meetingbot/recorder';
import { MEETING, storeAt, writeTake } from './made-recording.ts';

const [endpoint = '', workDir = '', file = ''] = process.argv.slice(2);
const writer = await openRecording({
  ...{ store: storeAt(endpoint), bucket: 'store', meeting: MEETING, attempt: 1, kind: 'video', workDir },
  ...{ clock: systemClock, log: silentLogger },
});
writeTake(writer, readFileSync(file));
while (writer.lag().uploadLagSeconds > 0) await systemClock.sleep(20);
process.stdout.write('durable\n');
setInterval(() => undefined, 1000);
