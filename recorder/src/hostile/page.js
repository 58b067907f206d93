/**
 * What a hostile page tries, in the page itself. Each way is tried on one address; what it could read is returned, and what
 * it reached without reading is known by what stands there.
 */
const wait = (ms, value) => new Promise((done) => setTimeout(done, ms, value));
const frame = (more = {}) => {
  const element = Object.assign(document.createElement('iframe'), more);
  element.style.display = 'none';
  document.body.append(element);
  return element;
};
/** An element that loads an address; resolves to what it said of it. */
const loads = (tag, attributes) =>
  new Promise((done) => {
    const element = document.createElement(tag);
    element.addEventListener('load', () => done('loaded'));
    element.addEventListener('error', () => done('failed'));
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.style.display = 'none';
    document.body.append(element);
  });
const link =
  (rel, more = {}) =>
  (url) =>
    loads('link', { rel, href: url, ...more });
const opened = (socket) =>
  new Promise((done) => {
    for (const kind of ['open', 'message', 'error', 'close']) {
      socket.addEventListener(kind, ({ data }) => done(data ?? kind));
    }
  });
const scripted = (program) => URL.createObjectURL(new Blob([program], { type: 'text/javascript' }));
const said = (worker) => new Promise((done) => worker.addEventListener('message', ({ data }) => done(data)));
const reader = (url) => `fetch(${JSON.stringify(url)}).then((it) => it.text(), String).then((it) => postMessage(it))`;

const WAYS = {
  fetch: async (url) => (await fetch(url)).text(),
  'fetch without CORS': async (url) => (await fetch(url, { mode: 'no-cors' })).type,
  'fetch that outlives the page': async (url) => (await fetch(url, { keepalive: true, mode: 'no-cors' })).type,
  XMLHttpRequest: (url) =>
    new Promise((done) => {
      const request = new XMLHttpRequest();
      request.onloadend = () => done(request.responseText);
      request.open('GET', url);
      request.send();
    }),
  WebSocket: (url) => opened(new WebSocket(url.replace('http', 'ws'))),
  EventSource: (url) => opened(new EventSource(url)),
  WebTransport: async (url) => {
    await new WebTransport(url.replace('http:', 'https:')).ready;
    return 'ready';
  },
  sendBeacon: async (url) => String(navigator.sendBeacon(url, 'x')),
  img: (url) => loads('img', { src: url }),
  script: (url) => loads('script', { src: url }),
  'module import': async (url) => String(await import(url)),
  iframe: (url) => loads('iframe', { src: url }),
  object: (url) => loads('object', { data: url }),
  embed: (url) => loads('embed', { src: url }),
  video: (url) => loads('video', { src: url }),
  'style sheet': link('stylesheet'),
  'web font': async (url) => (await new FontFace('loot', `url(${url})`).load()).status,
  'rel=preconnect': link('preconnect'),
  'rel=dns-prefetch': link('dns-prefetch'),
  'rel=prefetch': link('prefetch'),
  'rel=preload': link('preload', { as: 'fetch' }),
  'rel=manifest': link('manifest'),
  'speculation rules': async (url) => {
    const rules = document.createElement('script');
    rules.type = 'speculationrules';
    rules.textContent = JSON.stringify({ prefetch: [{ urls: [url] }], prerender: [{ urls: [url] }] });
    document.head.append(rules);
    return 'told';
  },
  'form into a frame': async (url) => {
    const name = `frame-${Math.random()}`;
    frame({ name });
    const form = Object.assign(document.createElement('form'), { method: 'post', action: url, target: name });
    document.body.append(form);
    form.submit();
    return 'sent';
  },
  'frame that goes there by itself': async (url) => {
    frame({ srcdoc: `<script>location = ${JSON.stringify(url)}</script>` });
    return 'sent';
  },
  'frame with a refresh': async (url) => {
    frame({ srcdoc: `<meta http-equiv="refresh" content="0;url=${url}">` });
    return 'sent';
  },
  worker: (url) => said(new Worker(scripted(reader(url)))),
  'worker that imports': async (url) => {
    new Worker(scripted(`importScripts(${JSON.stringify(url)})`));
    return 'sent';
  },
  'service worker': async (url) => {
    const scope = `/scope-${Math.random()}/`;
    const { installing } = await navigator.serviceWorker.register(`/worker.js?read=${encodeURIComponent(url)}`, {
      scope,
    });
    navigator.serviceWorker.startMessages();
    const answer = new Promise((done) => {
      navigator.serviceWorker.addEventListener('message', ({ data }) => data.url === url && done(data.text));
    });
    installing.postMessage('read');
    return answer;
  },
  'TURN over TCP': (url) =>
    gather([{ urls: `turn:${new URL(url).host}?transport=tcp`, username: 'a', credential: 'b' }]),
};

async function gather(iceServers) {
  const peer = new RTCPeerConnection({ iceServers });
  const found = [];
  peer.addEventListener('icecandidate', ({ candidate }) => candidate && found.push(candidate.candidate));
  peer.createDataChannel('x');
  await peer.setLocalDescription();
  await wait(2000);
  return found.join('\n');
}

/** Candidates of our own that a page learns. */
globalThis.ownAddresses = () => gather([]);

/** Has datagrams sent to `places` (host and port) by all that WebRTC offers for it. */
globalThis.sendDatagrams = async (places) => {
  const servers = places.flatMap(({ host, port }) => [
    { urls: `stun:${host}:${port}` },
    { urls: `turn:${host}:${port}?transport=udp`, username: 'a', credential: 'b' },
  ]);
  const [peer, other] = [new RTCPeerConnection({ iceServers: servers }), new RTCPeerConnection()];
  peer.createDataChannel('x');
  await peer.setLocalDescription();
  await other.setRemoteDescription(peer.localDescription);
  await other.setLocalDescription();
  await peer.setRemoteDescription(other.localDescription);
  const ufrag = /ice-ufrag:(\S+)/.exec(other.localDescription.sdp)[1];
  for (const [index, { host, port }] of places.entries()) {
    const candidate = `candidate:${index} 1 udp 2113937151 ${host.replace(/[[\]]/g, '')} ${port} typ host ufrag ${ufrag}`;
    await peer.addIceCandidate({ candidate, sdpMid: '0', usernameFragment: ufrag }).catch(() => undefined);
  }
  await wait(3000);
  peer.close();
};

/** Whether two peers in this page find each other by an address, and send each other something over it. */
globalThis.meetAt = async (host) => {
  const peers = [new RTCPeerConnection(), new RTCPeerConnection()];
  const [one, other] = peers;
  const opened = new Promise((resolve) => {
    one.createDataChannel('x').onmessage = ({ data }) => resolve(data);
  });
  other.ondatachannel = ({ channel }) => {
    channel.onopen = () => channel.send('met');
  };
  for (const [from, to] of [peers, peers.toReversed()]) {
    from.onicecandidate = ({ candidate }) => {
      if (!candidate?.candidate) return;
      const line = candidate.candidate.replace(/\S+\.local/, host);
      to.addIceCandidate({ candidate: line, sdpMid: candidate.sdpMid }).catch(() => undefined);
    };
  }
  await one.setLocalDescription();
  await other.setRemoteDescription(one.localDescription);
  await other.setLocalDescription();
  await one.setRemoteDescription(other.localDescription);
  const outcome = await Promise.race([opened, wait(3000, 'not met')]);
  for (const peer of peers) peer.close();
  return outcome;
};

/** Tries one way on all addresses at once. */
const tried = (name, urls) =>
  Promise.all(
    urls.map(async (url) => {
      try {
        return String(await Promise.race([WAYS[name](url), wait(2500, 'nothing')]));
      } catch (error) {
        return error.name;
      }
    }),
  );

globalThis.waysThere = () => Object.keys(WAYS);
/** @param plan - the name of a way, and its addresses */
globalThis.tryWays = async (plan) =>
  Object.fromEntries(await Promise.all(plan.map(async ([name, urls]) => [name, await tried(name, urls)])));
