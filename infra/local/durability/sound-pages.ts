import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Meetings whose sound comes as that of a conference does: by a peer connection, into an audio element. Both its ends are in
 * the page. Nothing in the picture moves.
 */
export interface SoundPages {
  /** URL of a meeting of its own in which a tone of `hertz` is sent; 0: packets come, and nobody speaks. */
  urlOf(id: string, hertz: number): string;
  /** The host ends it; its tone goes on. */
  end(id: string): void;
  close(): Promise<void>;
}

const page = (id: string, hertz: number) => `<!doctype html><title>sound</title>
<style>body{margin:0;background:#123;color:#fff;font:40px sans-serif}[hidden]{display:none}</style>
<div id="call">${id} ${hertz} Hz</div><div id="bye" hidden>the host has ended it</div><audio autoplay></audio>
<script type="module">
const $ = (name) => document.querySelector(name);
const sound = new AudioContext();
const tone = new OscillatorNode(sound, { frequency: ${hertz || 1000} });
const voice = new MediaStreamAudioDestinationNode(sound);
tone.connect(new GainNode(sound, { gain: ${hertz === 0 ? 0 : 0.3} })).connect(voice);
tone.start();
const [speaker, listener] = [new RTCPeerConnection(), new RTCPeerConnection()];
speaker.onicecandidate = ({ candidate }) => listener.addIceCandidate(candidate);
listener.onicecandidate = ({ candidate }) => speaker.addIceCandidate(candidate);
listener.ontrack = ({ streams }) => { $('audio').srcObject = streams[0]; };
speaker.addTrack(voice.stream.getAudioTracks()[0], voice.stream);
await speaker.setLocalDescription();
await listener.setRemoteDescription(speaker.localDescription);
await listener.setLocalDescription();
await speaker.setRemoteDescription(listener.localDescription);
new EventSource('/ends/${id}').onmessage = () => { $('#call').hidden = true; $('#bye').hidden = false; };
</script>`;

export async function startSoundPages(): Promise<SoundPages> {
  const present = new Map<string, Set<ServerResponse>>();
  const server = createServer((request, answer) => {
    const [, place = '', id = '', hertz = ''] = (request.url ?? '').split('/');
    if (place === 'call') answer.writeHead(200, { 'content-type': 'text/html' }).end(page(id, Number(hertz)));
    else if (place === 'ends') {
      answer.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      present.set(id, (present.get(id) ?? new Set()).add(answer));
      answer.once('close', () => present.get(id)?.delete(answer));
    } else answer.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    urlOf: (id, hertz) => `${base}/call/${id}/${hertz}`,
    end(id) {
      for (const answer of present.get(id) ?? []) answer.write('data: end\n\n');
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
