import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { PrivateHosts, silentLogger, systemClock } from '@meetingbot/crds-schema';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Display, startDisplay } from '../capture/index.ts';
import type { Quarters } from '../process/index.ts';
import { descendantsOf } from '../process/processes.fixture.ts';
import { testQuarters } from '../process/quarters.fixture.ts';
import { isDrawn } from './drawn.ts';
import { type EgressProxy, startEgressProxy } from './egress-proxy.ts';
import { displaySize, launchBrowser, type MeetingBrowser } from './launch.ts';
import { screenshot } from './screen.fixture.ts';

const SIZE = { width: 640, height: 360 };
const PAGE = `<title>page</title><style>html,body{margin:0;height:100%;background:#f00}
  div{position:absolute;inset:4px;background:#00f}</style><div></div><script>addEventListener('click', () => window.clicked = true)</script>`;
const env = { PATH: process.env['PATH'] ?? '', MEETING_TOKEN: 'visible' };
const deps = { clock: systemClock, logger: silentLogger, env: { PATH: env.PATH } };

let site: Server;
let origin: string;
/** What the last request said of the browser. */
let saidToSite: string | undefined;
let quarters: Quarters;
let display: Display;
let proxy: EgressProxy;
let browser: MeetingBrowser;

beforeAll(async () => {
  site = createServer((message, answer) => {
    saidToSite = message.headers['user-agent'];
    const to = URL.parse(message.url ?? '', 'http://x')?.searchParams.get('to');
    if (to) answer.writeHead(302, { location: to }).end();
    else answer.setHeader('content-type', 'text/html').end(PAGE);
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
});
afterAll(() => site.close());

const place = () => ({ quarters, ...SIZE, proxyUrl: proxy.url, privateUdp: true, extraArgs: [] });

beforeEach(async () => {
  quarters = await testQuarters(deps);
  display = await startDisplay({ ...displaySize(SIZE), quarters }, deps);
  proxy = await startEgressProxy({ rules: new PrivateHosts('127.0.0.1'), logger: silentLogger });
  browser = await launchBrowser({ program: '/usr/bin/chromium', ...place(), env: display.quartersEnv }, deps);
});
afterEach(async () => {
  await browser.stop();
  await proxy.close();
  await display.stop();
  await quarters.remove();
});

const picture = () => screenshot({ name: display.name, ...SIZE, env: { ...env, ...display.env } });

function colours(): Record<'corners' | 'inside', string[]> {
  const rgb = picture();
  const at = (x: number, y: number) =>
    rgb.subarray((y * SIZE.width + x) * 3, (y * SIZE.width + x) * 3 + 3).toString('hex');
  const [right, bottom] = [SIZE.width - 1, SIZE.height - 1];
  return {
    corners: [at(0, 0), at(right, 0), at(0, bottom), at(right, bottom)],
    inside: [at(5, 5), at(right - 5, 5), at(5, bottom - 5), at(right - 5, bottom - 5)],
  };
}

describe('the browser', () => {
  it('shows the page and nothing else, in English, at the size wanted', async () => {
    await browser.page.goto(origin);
    await vi.waitFor(
      () => expect(colours()).toEqual({ corners: Array(4).fill('ff0000'), inside: Array(4).fill('0000ff') }),
      { timeout: 10_000, interval: 200 },
    );
    const facts = await browser.page.evaluate(() => [innerWidth, innerHeight, navigator.language, devicePixelRatio]);
    expect(facts).toEqual([SIZE.width, SIZE.height, 'en-US', 1]);
  });

  it('says what it is: its own name, driven by a program, and nothing of that is made over', async () => {
    await browser.page.goto(origin);
    const session = await browser.page.createCDPSession();
    const { userAgent, product } = await session.send('Browser.getVersion');
    const facts = await browser.page.evaluate(() => {
      const members = [Navigator, Navigator.prototype, Function.prototype]
        .flatMap((owner) => Object.values(Object.getOwnPropertyDescriptors(owner)))
        .flatMap(({ get, set, value }) => [get, set, value]);
      const made = members.filter(
        (member) =>
          typeof member === 'function' && !Function.prototype.toString.call(member).endsWith('{ [native code] }'),
      );
      const { userAgent: name, webdriver } = navigator;
      return { name, webdriver, made: made.length, own: Object.getOwnPropertyNames(navigator) };
    });
    expect(facts).toEqual({ name: userAgent, webdriver: true, made: 0, own: [] });
    expect(saidToSite).toBe(userAgent);
    const [, major] = /^Chrome\/(\d+)\./.exec(product) ?? [];
    expect(userAgent).toMatch(
      new RegExp(`^Mozilla/5\\.0 \\(X11; Linux [^)]*\\) .* Chrome/${major}\\.[0-9.]+ Safari/[0-9.]+$`),
    );
  });

  it('lets no external protocol take the input away', async () => {
    await browser.page.goto(origin);
    for (const link of ['zoommtg://x', 'msteams:/l/x', 'mailto:a@example.com']) {
      await browser.page.evaluate((url) => location.assign(url), link);
    }
    await vi.waitFor(
      async () => {
        await browser.page.mouse.click(300, 200);
        expect(await browser.page.evaluate('window.clicked')).toBe(true);
      },
      { timeout: 10_000 },
    );
    expect(colours().corners).toEqual(Array(4).fill('ff0000'));
  });

  it('lets no page reach an address that is not allowed, by whatever way', async () => {
    let reached = 0;
    const inner = createTcpServer((socket) => {
      reached += 1;
      socket.destroy();
    }).listen(0, '127.0.0.2');
    await once(inner, 'listening');
    const { port } = inner.address() as AddressInfo;
    await browser.page.goto(origin);

    await browser.page.evaluate(async (secret) => {
      const frame = document.createElement('iframe');
      frame.src = `http://${secret}/`;
      const image = new Image();
      image.src = `http://${secret}/`;
      document.body.append(frame, image);
      const socket = new WebSocket(`ws://${secret}/`);
      const peer = new RTCPeerConnection({
        iceServers: [{ urls: `turn:${secret}?transport=tcp`, username: 'a', credential: 'b' }],
      });
      peer.createDataChannel('x');
      await peer.setLocalDescription();
      const answers = [`http://${secret}/`, `/redirect?to=http://${secret}/`].map((url) =>
        fetch(url, { mode: 'no-cors' }),
      );
      await Promise.allSettled([...answers, new Promise((closed) => socket.addEventListener('close', closed))]);
      await new Promise((gathered) => setTimeout(gathered, 1500));
    }, `127.0.0.2:${port}`);

    expect(reached).toBe(0);
    expect(proxy.failureOf('127.0.0.2')).toBe('Refused');
    inner.close();
  });

  it('tells a page that stands still, or is busy, from one that is not drawn any more', async () => {
    await browser.page.goto(origin);
    const ask = () => isDrawn(browser.page, systemClock);
    expect(await ask()).toBe(true);

    await browser.page.evaluate(() => {
      const until = performance.now() + 3000;
      const work = () => {
        const begun = performance.now();
        while (performance.now() < begun + 300);
        if (begun < until) setTimeout(work);
      };
      setTimeout(work);
    });
    expect(await ask()).toBe(true);

    const [gpu] = descendantsOf(browser.pid).filter(({ command }) => command.join(' ').includes('--type=gpu-process'));
    process.kill(gpu?.pid ?? Number.NaN, 'SIGSTOP');
    await vi.waitFor(async () => expect(await ask()).toBe(false), { timeout: 20_000 });
    process.kill(gpu?.pid ?? Number.NaN, 'SIGCONT');
    await vi.waitFor(async () => expect(await ask()).toBe(true), { timeout: 20_000 });
  });

  it('has no camera, no microphone and no notifications to give', async () => {
    await browser.page.goto(origin);
    const answers = await browser.page.evaluate(async () => {
      const states = [];
      for (const name of ['camera', 'microphone', 'notifications', 'geolocation'] as PermissionName[]) {
        states.push((await navigator.permissions.query({ name })).state);
      }
      return states;
    });
    expect(answers).toEqual(Array(4).fill('denied'));
  });

  it('hides our environment from the browser and ends with all its processes', async () => {
    const mine = await processesOf(quarters.path);
    expect(mine.length).toBeGreaterThan(2);
    for (const pid of mine)
      expect(await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')).not.toContain('MEETING_TOKEN');

    await browser.stop();

    await vi.waitFor(() => expect(mine.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]), { timeout: 5000 });
    await expect(browser.lost).resolves.toBeTruthy();
  });

  it('tells of a crashed renderer', async () => {
    await browser.page.goto(origin);
    const renderers = await processesOf('--type=renderer');
    const ours = await processesOf(quarters.path);
    for (const pid of renderers.filter((pid) => ours.includes(pid))) process.kill(Number(pid), 'SIGKILL');
    await expect(browser.lost).resolves.toBe('the renderer crashed');
  });

  it('closes windows that a page opens over itself and answers its dialogs', async () => {
    await browser.page.goto(origin);
    await browser.page.evaluate(() => {
      alert('hello');
      document.body.addEventListener('click', () => window.open('/other', '', 'width=300,height=300'));
    });
    await browser.page.mouse.click(100, 100);
    await vi.waitFor(async () => expect(await browser.page.browser().pages()).toHaveLength(1), { timeout: 5000 });
    expect(await browser.page.title()).toBe('page');
  });

  it('says so when there is no Chromium', async () => {
    const options = { program: '/no/chromium', ...place(), env: {} };
    await expect(launchBrowser(options, deps)).rejects.toMatchObject({
      code: 'ChromiumMissing',
      message: 'there is no Chromium at /no/chromium: install it (apt-get install chromium) or set CHROMIUM_PATH',
    });
  });
});

/** Processes whose command line names `text`. */
async function processesOf(text: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map(async (pid) => ({ pid, line: await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') })),
  );
  return lines.filter(({ line }) => line.includes(text) && line.includes('chromium')).map(({ pid }) => pid);
}
