/** What a sender gives each receiver: the whole picture to whoever watches, a thumbnail to the other senders. */
const ENCODINGS = {
  full: { maxBitrate: 600_000 },
  thumb: { maxBitrate: 60_000, maxFramerate: 5, scaleResolutionDownBy: 4 },
  nothing: { active: false },
};

/**
 * How long sound and picture wait in the receiver. Long enough to ride out a busy machine (a growing buffer of sound is
 * what takes the two apart), and the picture longer by what sound spends on its way to the loudspeaker. Measured
 * in recordings: with 235 for the picture the beep comes 26 to 68 ms after the flash, with these -5 to 2 ms in four
 * runs and 49 in a fifth, as WebRTC lets the two be 30 ms apart before it does anything about it.
 */
const JITTER_BUFFER_MS = { audio: 200, video: 265 };

/**
 * One peer connection between this page and another one. The newcomer offers, the one who was there answers,
 * nothing is ever renegotiated.
 */
export function connectPeer({ offers, wants, media, send, onStream }) {
  const connection = new RTCPeerConnection();
  const early = [];

  connection.addEventListener('icecandidate', ({ candidate }) => {
    if (candidate !== null && isUseful(candidate)) send({ candidate });
  });
  connection.addEventListener('track', ({ receiver, streams }) => {
    receiver.jitterBufferTarget = JITTER_BUFFER_MS[receiver.track.kind];
    if (streams[0] !== undefined) onStream(streams[0]);
  });

  function attach() {
    for (const track of media?.stream.getTracks() ?? []) connection.addTrack(track, media.stream);
  }

  async function describe(description) {
    await connection.setLocalDescription(description);
    await limit(connection, wants);
    send({ description: connection.localDescription });
  }

  async function offer() {
    attach();
    for (const kind of ['audio', 'video']) {
      if (media === undefined) connection.addTransceiver(kind, { direction: 'recvonly' });
    }
    await describe(await connection.createOffer());
  }

  async function receive({ description, candidate }) {
    if (candidate !== undefined) {
      if (connection.remoteDescription === null) early.push(candidate);
      else await connection.addIceCandidate(candidate);
      return;
    }
    const answers = description.type === 'offer';
    await connection.setRemoteDescription(description);
    for (const waiting of early.splice(0)) await connection.addIceCandidate(waiting);
    if (answers) {
      attach();
      await describe(await connection.createAnswer());
    }
  }

  if (offers) void offer();
  return { receive, close: () => connection.close() };
}

/** On a loopback page every peer is on this machine: addresses of other networks would only leave it. */
function isUseful({ address }) {
  const onLoopback = location.hostname === '127.0.0.1' || location.hostname === 'localhost';
  return !onLoopback || address === null || address === '127.0.0.1' || address.endsWith('.local');
}

async function limit(connection, wants) {
  for (const sender of connection.getSenders()) {
    if (sender.track?.kind !== 'video') continue;
    const parameters = sender.getParameters();
    // A busy machine loses frames then, but the size of the picture, which tests and benchmarks rely on, stays.
    parameters.degradationPreference = 'maintain-framerate-and-resolution';
    for (const encoding of parameters.encodings) Object.assign(encoding, ENCODINGS[wants]);
    await sender.setParameters(parameters);
  }
}
