/** A parent to be killed: brings one participant into the meeting of its first argument, says so, and waits. */
import { silentLogger as log } from '@meetingbot/crds-schema';
import { joinParticipants } from '../participants.ts';

const [meetingUrl] = process.argv.slice(2);
if (meetingUrl === undefined) throw new Error('usage: join-and-stay.ts MEETING_URL');
await joinParticipants({ meetingUrl, count: 1, log });
process.stdout.write('joined\n');
setInterval(() => {}, 60_000);
