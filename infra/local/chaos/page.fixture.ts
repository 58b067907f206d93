import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JoinPlan } from '@meetingbot/crds-schema';

/** A door and a call that changes once a second, sounds softly, and is over when the host says so. */
const PAGE = `<!doctype html><meta charset="utf-8"><title>Call</title>
<style>body { margin: 0; background: #123; color: #fff; font: 60px sans-serif } [hidden] { display: none }</style>
<div id="door"><input id="name"><button id="join">Join</button></div>
<div id="call" hidden>in the call <b id="count">0</b></div>
<div id="bye" hidden>The meeting is over</div>
<script>
  const $ = (id) => document.getElementById(id);
  const only = (id) => ['door', 'call', 'bye'].forEach((each) => { $(each).hidden = each !== id; });
  $('join').onclick = () => {
    only('call');
    const audio = new AudioContext();
    const tone = new OscillatorNode(audio, { frequency: 440 });
    tone.connect(new GainNode(audio, { gain: 0.1 })).connect(audio.destination);
    tone.start();
    let count = 0;
    const clock = setInterval(async () => {
      $('count').textContent = ++count;
      if ((await (await fetch('?ended')).text()) !== 'yes') return;
      clearInterval(clock);
      tone.stop();
      only('bye');
    }, 1000);
  };
</script>`;

export const PAGE_JOIN: JoinPlan = {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is spec.join's own placeholder
  steps: [{ type: '#name', text: '${displayName}' }, { click: '#join' }],
  joined: '#call',
  ended: '#bye',
};

/** A meeting that costs next to nothing. */
export interface MeetingPage {
  url(name: string): string;
  end(name: string): void;
  close(): Promise<void>;
}

export async function startMeetingPage(): Promise<MeetingPage> {
  const over = new Set<string>();
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://page');
    if (search === '?ended') response.end(over.has(pathname.slice(1)) ? 'yes' : 'no');
    else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: (name) => `http://127.0.0.1:${port}/${name}`,
    end: (name) => over.add(name),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
