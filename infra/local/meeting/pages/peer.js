/** What a sender gives each receiver: the whole picture to whoever watches, a thumbnail to the other senders. */
const ENCODINGS = {
  full: { maxBitrate: 600_000 },
  thumb: { maxBitrate: 60_000, maxFramerate: 5, scaleResolutionDownBy: 4 },
  nothing: { active: false },
};

/** One time for both kinds: sound and picture that wait equally long are the easiest to keep together. */
const JITTER_BUFFER_MS = 60;

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
    receiver.jitterBufferTarget = JITTER_BUFFER_MS;
    if (streams[0] !== undefined) onStream(streams[0]);
  });

  function attach() {
    for (const track of media?.stream.getTracks() ?? []) connection.addTrack(track, media.stream);
  }

  async function describe(description) {
    await connection.setLocalDescription(description);
    send({ description: connection.localDescription });
    if (media !== undefined) await limit(connection, wants);
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
