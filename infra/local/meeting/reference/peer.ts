import {
  MediaStream,
  MediaStreamTrack,
  RTCPeerConnection,
  type RTCRtpSender,
  RtcpSenderInfo,
  RtcpSrPacket,
  useOPUS,
  useVP8,
} from 'werift';
import { epochNow, ntpOf } from './rtp.ts';

const LOOPBACK = '127.0.0.1';
const REPORT_MS = 1000;

/** What a participant sends, to all who watch. */
export interface Outgoing {
  readonly picture: MediaStreamTrack;
  readonly sound: MediaStreamTrack;
  /** RTP time of a track now, which is what receivers bring picture and sound together by. */
  rtpTime(kind: 'audio' | 'video', epochMs: number): number;
}

export const newTrack = (kind: 'audio' | 'video'): MediaStreamTrack => new MediaStreamTrack({ kind });

/** What pages of the demo meeting tell each other (see ../pages/peer.js). */
export interface Signal {
  readonly description?: { readonly type: 'offer' | 'answer'; readonly sdp: string };
}

/**
 * Answers the offer of a page that wants to watch, and sends to it from then on.
 * @returns the answer, and what ends the connection
 * @throws Error when the offer cannot be answered
 */
export async function answerViewer(
  offer: NonNullable<Signal['description']>,
  { picture, sound, rtpTime }: Outgoing,
): Promise<{ readonly answer: Signal; close(): Promise<void> }> {
  const connection = new RTCPeerConnection({
    codecs: { audio: [useOPUS()], video: [useVP8()] },
    headerExtensions: { audio: [], video: [] },
    iceServers: [],
    iceUseIpv6: false,
    iceUseTcp: false,
    iceAdditionalHostAddresses: [LOOPBACK],
  });
  const stream = new MediaStream([picture, sound]);
  const senders = [sound, picture].map((track) => connection.addTrack(track, stream));
  // Its own reports name the time of the last packet as that of now, with a fraction of the second that is none.
  for (const sender of senders) sender.runRtcp = async () => {};
  await connection.setRemoteDescription(offer);
  await connection.setLocalDescription(await connection.createAnswer());
  const timer = setInterval(() => {
    if (connection.connectionState !== 'connected') return;
    for (const sender of senders) void report(sender, rtpTime).catch(() => {});
  }, REPORT_MS);
  const { type, sdp } = connection.localDescription ?? {};
  if (type !== 'answer' || sdp === undefined) throw new Error('the offer of a viewer was not answered');
  return {
    answer: { description: { type, sdp } },
    async close() {
      clearInterval(timer);
      await connection.close();
    },
  };
}

async function report(sender: RTCRtpSender, rtpTime: Outgoing['rtpTime']): Promise<void> {
  const now = epochNow();
  const rtpTimestamp = rtpTime(sender.kind === 'audio' ? 'audio' : 'video', now);
  const senderInfo = new RtcpSenderInfo({ ntpTimestamp: ntpOf(now), rtpTimestamp });
  await sender.dtlsTransport.sendRtcp([new RtcpSrPacket({ ssrc: sender.ssrc, senderInfo })]);
}
