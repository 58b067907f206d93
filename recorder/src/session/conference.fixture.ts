import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JoinPlan } from '@meetingbot/crds-schema';

/** A conference in one page: a door, a lobby of a second, a call that flashes and beeps every second, an end. */
const PAGE = `<!doctype html><meta charset="utf-8"><title>Conference</title>
<style>body { margin: 0; background: #222; color: #fff; font: 40px sans-serif } [hidden] { display: none }</style>
<form id="door"><input id="name" value="somebody"><select id="role"><option>guest<option>host</select>
  <button id="join" type="button" disabled>Join</button></form>
<div id="waiting" hidden>Please wait</div>
<div id="call" hidden><b id="me"></b> <span id="count"></span><div id="tiles"></div></div>
<div id="bye" hidden>The meeting is over</div>
<script>
  const $ = (id) => document.getElementById(id);
  const only = (id) => ['door', 'waiting', 'call', 'bye'].forEach((each) => { $(each).hidden = each !== id; });
  const people = (count) => { $('tiles').innerHTML = '<i class="tile">o</i>'.repeat(count); };
  setTimeout(() => { $('join').disabled = false; }, 300);
  $('join').onclick = () => { only('waiting'); setTimeout(call, 1000); };
  let beeping;
  function call() {
    only('call');
    $('me').textContent = $('name').value + ' (' + $('role').value + ')';
    people(2);
    const audio = new AudioContext();
    let count = 0;
    beeping = setInterval(() => {
      $('count').textContent = ++count;
      const on = count % 10 === 0;
      document.body.style.background = on ? '#fff' : '#222';
      if (!on) return;
      const tone = audio.createOscillator();
      tone.connect(audio.destination);
      tone.start();
      tone.stop(audio.currentTime + 0.1);
    }, 100);
    new EventSource('/orders').onmessage = ({ data }) => {
      if (data === 'end') { only('bye'); clearInterval(beeping); }
      if (data === 'alone') people(1);
    };
  }
  addEventListener('pagehide', () => navigator.sendBeacon('/left', $('me').textContent));
</script>`;

export const JOIN: JoinPlan = {
  steps: [
    { waitFor: 'h1.cookies', optional: true },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is spec.join's own placeholder
    { type: '#name', text: '${displayName}!' },
    { select: '#role', value: 'host' },
    { click: '::-p-text(Join)' },
  ],
  joined: '#call',
  lobby: '#waiting',
  ended: '#bye',
  participants: '.tile',
};

export interface Conference {
  readonly url: string;
  /** Those who left, by what they were called in the call; empty for one who never was in it. */
  readonly left: string[];
  /** Tells every page that is in the call: `end` or `alone`. */
  order(what: 'end' | 'alone'): void;
  close(): void;
}

/** A web conference on loopback. */
export async function startConference(): Promise<Conference> {
  const listeners = new Set<(what: string) => void>();
  const left: string[] = [];
  const server = createServer(async (message, answer) => {
    if (message.url === '/orders') {
      answer.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      const tell = (what: string) => answer.write(`data: ${what}\n\n`);
      listeners.add(tell);
      answer.once('close', () => listeners.delete(tell));
    } else if (message.url === '/left') {
      let name = '';
      for await (const piece of message) name += piece;
      left.push(name);
      answer.end();
    } else {
      answer.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    left,
    order: (what) => {
      for (const tell of listeners) tell(what);
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
