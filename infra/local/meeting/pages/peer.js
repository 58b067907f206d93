/** What a sender gives each receiver: the whole picture to whoever watches, a thumbnail to the other senders. */
const ENCODINGS = {
  full: { maxBitrate: 600_000 },
  thumb: { maxBitrate: 60_000, maxFramerate: 5, scaleResolutionDownBy: 4 },
  nothing: { active: false },
};

/**
 * How long sound and picture wait in the receiver, in milliseconds: long enough to ride out a busy machine. Sound settles
 * 20 ms to either side of it, and where is chance; the picture follows it ({@link keepInStep}).
 */
const JITTER_BUFFER_MS = { audio: 200, video: 280 };
/** The picture waits so much longer than the sound, which has its way to the loudspeaker before it. Milliseconds. */
const SOUND_TAKES_MS = 60;
/** So often the two are compared, at first and later, in milliseconds. */
const COMPARED_MS = { first: 1000, later: 10_000 };
const FIRST_COMPARISONS = 8;
/** Less than so far apart they are left alone, in milliseconds. */
const IN_STEP_MS = 4;

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
  void keepInStep(connection);
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

/**
 * Has the picture of the one who is received wait as much longer than the sound as it should, by what both were seen to
 * wait. WebRTC itself lets the two be 30 ms apart before it does anything about it.
 */
async function keepInStep(connection) {
  let before = new Map();
  for (let count = 0; connection.connectionState !== 'closed'; count++) {
    const pause = count < FIRST_COMPARISONS ? COMPARED_MS.first : COMPARED_MS.later;
    await new Promise((resolve) => setTimeout(resolve, pause));
    const now = new Map();
    const waits = {};
    for (const report of (await connection.getStats()).values()) {
      if (report.type !== 'inbound-rtp') continue;
      const { kind, jitterBufferDelay: seconds = 0, jitterBufferEmittedCount: pieces = 0 } = report;
      const last = before.get(kind) ?? { seconds: 0, pieces: 0 };
      if (pieces > last.pieces) waits[kind] = (1000 * (seconds - last.seconds)) / (pieces - last.pieces);
      now.set(kind, { seconds, pieces });
    }
    before = now;
    const receiver = connection.getReceivers().find(({ track }) => track.kind === 'video');
    const off = waits.audio + SOUND_TAKES_MS - waits.video;
    if (receiver !== undefined && Math.abs(off) > IN_STEP_MS) {
      receiver.jitterBufferTarget = Math.min(400, Math.max(100, receiver.jitterBufferTarget + off));
    }
  }
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
