import { toBlocks } from '@meetingbot/recorder';
import { serveOrderedPages } from './ordered-pages.ts';

/** The barcode counts tenths of a second of the wall clock; it begins anew after 54 minutes. */
export const CLOCK = { bits: 15, tickMs: 100, height: 40 } as const;

/** At each whole second of the wall clock a beep begins. Tones of meetings keep away from its pitch. */
export const BEEP = { hertz: 3000, seconds: 0.1 } as const;

/** `admit`: who waits is let in · `end`: the host ends it · `away`: the page goes to another site's page · `hang`: its script never returns · `mute`: its sound ends */
export type Order = 'admit' | 'end' | 'away' | 'hang' | 'mute';

/**
 * Meetings that show the time as a barcode, play a tone and beep at whole seconds: what is recorded can be told from what is not.
 */
export interface ClockPages {
  /** URL of a meeting of its own with a tone of `hertz`. */
  urlOf(id: string, hertz: number): string;
  /** The same behind a lobby: who opens it waits for `admit`. */
  lobbyUrlOf(id: string, hertz: number): string;
  /** Tells the pages that are in this meeting; `admit` and `end` hold for those that come later, too. */
  order(id: string, what: Order): void;
  /** How many pictures a second a page of this meeting was last asked to draw. */
  drawnRate(id: string): number | undefined;
  close(): Promise<void>;
}

const page = (id: string, hertz: number, waits: boolean) => `<!doctype html><title>clock</title>
<style>body{margin:0;background:#123;color:#fff;font:40px sans-serif}
canvas{display:block;width:100vw;height:${CLOCK.height}px;image-rendering:pixelated}[hidden]{display:none}</style>
<div id="wait"${waits ? '' : ' hidden'}>the host will let you in</div>
<div id="call"${waits ? ' hidden' : ''}><canvas width="${CLOCK.bits + 1}" height="1"></canvas>${id} ${hertz} Hz <span id="time"></span></div>
<div id="bye" hidden>the host has ended it</div>
<script>
const $ = (name) => document.querySelector(name);
const sound = new AudioContext();
const tone = new OscillatorNode(sound, { frequency: ${hertz} });
tone.connect(new GainNode(sound, { gain: 0.3 })).connect(sound.destination);
tone.start();
const beep = new OscillatorNode(sound, { frequency: ${BEEP.hertz} });
const loudness = new GainNode(sound, { gain: 0 });
beep.connect(loudness).connect(sound.destination);
beep.start();
setInterval(() => {
  const { contextTime, performanceTime } = sound.getOutputTimestamp();
  const heard = performance.timeOrigin + performanceTime;
  const begin = contextTime + (Math.ceil(Date.now() / 1000) * 1000 + 1000 - heard) / 1000;
  loudness.gain.setValueAtTime(0.3, begin);
  loudness.gain.setValueAtTime(0, begin + ${BEEP.seconds});
}, 1000);
let drawn = 0;
(function draw() { drawn++; requestAnimationFrame(draw); })();
setInterval(() => {
  fetch('/drawn/${id}/' + drawn / 2).catch(() => undefined);
  drawn = 0;
}, 2000);
${toBlocks}
const brush = $('canvas').getContext('2d');
setInterval(() => {
  const now = Date.now();
  $('#time').textContent = new Date(now).toISOString();
  toBlocks(Math.floor(now / ${CLOCK.tickMs}), ${CLOCK.bits}).forEach((white, i) => {
    brush.fillStyle = white ? '#fff' : '#000';
    brush.fillRect(i, 0, 1, 1);
  });
}, ${CLOCK.tickMs});
(function listen() {
  const orders = new EventSource('/orders/${id}');
  orders.onmessage = ({ data }) => {
    if (data === 'admit') { $('#wait').hidden = true; $('#call').hidden = false; }
    if (data === 'end') { $('#call').hidden = true; $('#bye').hidden = false; }
    if (data === 'away') location.href = '/elsewhere';
    if (data === 'mute') sound.close();
    if (data === 'hang') for (;;) {}
  };
  // It tries again by itself, but not where the browser's network service died.
  orders.onerror = () => { if (orders.readyState === EventSource.CLOSED) setTimeout(listen, 500); };
})();
</script>`;

export async function startClockPages(): Promise<ClockPages> {
  const drawn = new Map<string, number>();
  const { base, order, close } = await serveOrderedPages<Order>({
    lasting: ['admit', 'end'],
    serve: (place, id, rate) => {
      if (place === 'call' || place === 'lobby') return page(id, rate, place === 'lobby');
      if (place === 'elsewhere') return '<!doctype html><title>elsewhere</title>another page';
      if (place !== 'drawn') return undefined;
      drawn.set(id, rate);
      return '';
    },
  });
  return {
    urlOf: (id, hertz) => `${base}/call/${id}/${hertz}`,
    lobbyUrlOf: (id, hertz) => `${base}/lobby/${id}/${hertz}`,
    drawnRate: (id) => drawn.get(id),
    ...{ order, close },
  };
}
