import { serveOrderedPages } from './ordered-pages.ts';

/**
 * Meetings whose sound comes as that of a conference does: by a peer connection, into an audio element. Both its ends are in
 * the page, but what is sent is made whether or not anything here is played. Nothing in the picture moves.
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
const sound = new AudioContext({ sinkId: { type: 'none' } });
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
new EventSource('/orders/${id}').onmessage = () => { $('#call').hidden = true; $('#bye').hidden = false; };
</script>`;

export async function startSoundPages(): Promise<SoundPages> {
  const { base, order, close } = await serveOrderedPages<'end'>({
    lasting: ['end'],
    serve: (place, id, hertz) => (place === 'call' ? page(id, hertz) : undefined),
  });
  return { urlOf: (id, hertz) => `${base}/call/${id}/${hertz}`, end: (id) => order(id, 'end'), close };
}
