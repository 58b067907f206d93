import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A meeting as light as can be: a page with one tone and something that moves, ended by its host. */
export interface TonePages {
  /** URL of the page that plays a tone, in hertz. */
  urlOf(hertz: number): string;
  /** URL of a page that never finishes loading. */
  neverLoads: string;
  /** The host ends the meeting with this tone. */
  end(hertz: number): void;
  close(): Promise<void>;
}

const page = (hertz: number) => `<!doctype html><title>tone</title>
<style>body{margin:0;background:#123;color:#fff;font:40px sans-serif}#call{padding:40px}</style>
<div id="call">${hertz} Hz <span id="clock"></span></div><div id="bye" hidden>the host has ended it</div>
<script>
const context = new AudioContext();
const oscillator = new OscillatorNode(context, { frequency: ${hertz} });
oscillator.connect(new GainNode(context, { gain: 0.3 })).connect(context.destination);
oscillator.start();
setInterval(async () => {
  document.querySelector('#clock').textContent = new Date().toISOString();
  const state = await (await fetch('/state/${hertz}')).text();
  if (state === 'ended') {
    document.querySelector('#call').hidden = true;
    document.querySelector('#bye').hidden = false;
    context.close();
  }
}, 200);
</script>`;

export async function startTonePages(): Promise<TonePages> {
  const ended = new Set<number>();
  const server = createServer((request, response) => {
    const [, place = '', hertz = ''] = (request.url ?? '').split('/');
    if (place === 'never') return;
    if (place === 'state') response.end(ended.has(Number(hertz)) ? 'ended' : 'on');
    else if (place === 'tone') response.writeHead(200, { 'content-type': 'text/html' }).end(page(Number(hertz)));
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    urlOf: (hertz) => `${base}/tone/${hertz}`,
    neverLoads: `${base}/never`,
    end: (hertz) => void ended.add(hertz),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
