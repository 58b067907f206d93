import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@meetingbot/crds-schema';
import type { Page } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { screenshot } from '../browser/screen.fixture.ts';
import { createWorkDir, findBrowserUser, type ProcessUser, runAs, type WorkDir } from '../process/index.ts';
import { childEnvironment } from '../session/environment.ts';
import { Stage } from '../session/stage.ts';
import { type Ground, prepareGround, SECRET } from './ground.fixture.ts';

const SIZE = { width: 640, height: 360 };
/**
 * What Chromium takes for this machine or its network, carriers' own (100.64.0.0/10) included. What we refuse beyond that is
 * of no network: TEST-NET, which a machine of CI may have an address of, and what is for benchmarks.
 */
const isPrivate = (address: string) =>
  /^(127|10|192\.168|172\.(1[6-9]|2\d|3[01])|169\.254|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\.|:/.test(address);
/** A task's environment: what must not be found with the browser. */
const CREDENTIALS = {
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/canary',
  AWS_ACCESS_KEY_ID: 'canary',
  AWS_SECRET_ACCESS_KEY: 'canary',
  AWS_SESSION_TOKEN: 'canary',
  S3_SECRET_ACCESS_KEY: 'canary',
  MEETING_TOKEN: 'canary',
};

let root: string;
let user: ProcessUser;
let workDir: WorkDir;
let ground: Ground;
let stage: Stage;
let page: Page;
const table: string[] = [];
const quiet = { clock: systemClock, logger: silentLogger };

/** What a row says of the places it was about: nothing of them is reached, whoever was it that said no. */
function row(what: string, outcome: string): void {
  table.push(`${what.padEnd(48)} ${outcome}`);
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'hostile-'));
  // As /tmp is, which it stands for.
  await chmod(root, 0o1777);
  user = await findBrowserUser(root, { ...quiet, env: childEnvironment(process.env) });
  workDir = await createWorkDir(root);
  ground = await prepareGround();
  stage = makeStage(workDir.path, { privateUdp: false });
  ({ page } = await stage.renew());
  await page.goto(ground.origin);
});
afterAll(async () => {
  await stage?.close();
  await ground?.close();
  await rm(root, { recursive: true, force: true });
  console.log(table.join('\n'));
});

/** Display, sound and browser as a session has them. */
function makeStage(dir: string, udp: { readonly privateUdp: boolean }, ...operatorsArgs: string[]): Stage {
  const env = childEnvironment({ ...process.env, ...CREDENTIALS }, dir);
  return new Stage({
    ...{ workDir: dir, user, root, ...SIZE, refreshRate: 25, onLost: (what) => row('LOST', what) },
    browser: {
      program: '/usr/bin/chromium',
      proxyUrl: ground.proxy.url,
      ...udp,
      // What only pages of https may do, this one may too.
      extraArgs: [`--unsafely-treat-insecure-origin-as-secure=${ground.origin}`, ...operatorsArgs],
    },
    deps: { ...quiet, env },
  });
}

/** Runs what page.js offers. */
const run = <T>(call: string): Promise<T> => page.evaluate(call) as Promise<T>;

/** What was asked of the proxy for a host, in words. */
function verdict(isAbout: (host: string) => boolean): { words: string; isClosed: boolean } {
  const asked = ground.asked.filter(({ host }) => isAbout(host));
  const open = asked.filter(({ permitted }) => permitted);
  if (open.length > 0) return { words: `LET THROUGH to ${open.map(({ address }) => address).join()}`, isClosed: false };
  return {
    words: asked.length > 0 ? 'refused by the proxy' : 'did not leave the browser',
    isClosed: true,
  };
}

const bracketed = (host: string) => (host.includes(':') ? `[${host}]` : host);
const bare = (authority: string) => authority.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');

describe('a hostile page', () => {
  it('gets to no closed address by fetch, frame, web socket or redirect, whatever it is called', async () => {
    const { port } = ground;
    const metadata = ['169.254.169.254', '169.254.170.2', '[fd00:ec2::254]', '[fe80::1]'];
    const privates = ['10.0.0.1', '172.16.0.1', '192.168.0.1', '100.64.0.1', '[fc00::1]'];
    const loopback = [...ground.inner.map(bracketed), '0', 'localhost'];
    const disguised = ['2852039166', '0xa9.0xfe.0xaa.0x02', '[::ffff:169.254.170.2]', '[64:ff9b::a9fe:a9fe]', '127.1'];
    const names = ['ec2.test', 'ecs.test', 'six.test', 'ten.test', 'inner.test', 'many.test'];
    const places = [
      ...[...metadata, ...privates, ...disguised].map((host) => [host, host]),
      ...[...loopback, ...names].map((host) => [host, `${host}:${port}`]),
    ] as [string, string][];
    const urls = places.map(([, authority]) => `http://${authority}/latest/meta-data/`);
    const redirects = urls.map((url) => `${ground.origin}/?to=${encodeURIComponent(url)}`);
    const plan = [
      ...['fetch', 'iframe', 'WebSocket'].map((way) => [way, urls]),
      ...['fetch without CORS', 'img'].map((way) => [way, redirects]),
    ];

    const got = await run<Record<string, string[]>>(`tryWays(${JSON.stringify(plan)})`);

    for (const [host] of places) {
      // An address may be written in many ways; the proxy is asked in one.
      const canonical = bare(new URL(`http://${host}`).host);
      const { words, isClosed } = verdict((each) => each === canonical);
      row(`address ${host}`, words);
      expect.soft(isClosed, host).toBe(true);
    }
    for (const host of [...metadata.slice(0, 3), ...names]) {
      expect.soft(verdict((each) => each === bare(host)).words, `${host} was tried`).toBe('refused by the proxy');
    }
    expect(JSON.stringify(got)).not.toContain(SECRET);
    expect(ground.reached).toEqual([]);
  });

  it('gets there in no other way that pages have', async () => {
    const ways = await run<string[]>('waysThere()');
    expect(ways.length).toBeGreaterThan(25);
    const { port } = ground;
    const plan = ways.map((way, index) => [
      way,
      [
        ...['ecs.test', 'inner.test'].map((name) => `http://way-${index}.${name}:${port}/${index}`),
        `${ground.origin}/?to=${encodeURIComponent(`http://by-${index}.inner.test:${port}/redirected`)}`,
        ...ground.inner.map((host) => `http://${bracketed(host)}:${port}/${index}`),
      ],
    ]);

    const got = await run<Record<string, string[]>>(`tryWays(${JSON.stringify(plan)})`);

    for (const [index, way] of ways.entries()) {
      const { words, isClosed } = verdict(
        (host) => host.startsWith(`way-${index}.`) || host.startsWith(`by-${index}.`),
      );
      row(`by ${way}`, words);
      expect.soft(isClosed, way).toBe(true);
    }
    expect(JSON.stringify(got)).not.toContain(SECRET);
    expect(ground.reached).toEqual([]);
  });

  it('gets there by no name that changes its address between two questions', async () => {
    const { port } = ground;
    for (const name of ['rebind.test', 'rebind-ecs.test', 'rebind-both.test']) {
      await page.goto(`http://${name}:${port}/`);
      const urls = ['a', 'b', 'c'].map((path) => `http://${name}:${port}/${path}`);
      // The same origin: what it could reach it could read.
      const plan = [
        ['fetch', urls],
        ['WebSocket', urls],
      ];
      const got = await run<Record<string, string[]>>(`tryWays(${JSON.stringify(plan)})`);
      const refused = ground.asked.filter(({ host, permitted }) => host === name && !permitted);
      row(`rebinding: ${name}`, `its page from the public address; then ${refused.length} times refused by the proxy`);
      expect(refused.length).toBeGreaterThanOrEqual(urls.length);
      expect(JSON.stringify(got)).not.toContain(SECRET);
    }
    await page.goto(ground.origin);
    expect(ground.reached).toEqual([]);
  });

  it('has WebRTC send to no private address past the proxy, and learns no address of ours', async () => {
    const { origin, port, datagrams } = ground;
    const places = JSON.stringify(placesOf([...ground.inner, 'localhost'], port));
    await run(`sendDatagrams(${places})`);
    const framed = await page.evaluateHandle(
      (src) => {
        const frame = Object.assign(document.createElement('iframe'), { src });
        document.body.append(frame);
        return new Promise<HTMLIFrameElement>((loaded) => frame.addEventListener('load', () => loaded(frame)));
      },
      origin.replace('evil.test', 'framed.evil.test'),
    );
    await (await framed.asElement()?.contentFrame())?.evaluate(`sendDatagrams(${places})`);
    const closed = datagrams.filter(({ at }) => isPrivate(at));
    row('WebRTC over UDP: STUN, TURN, candidates', `${closed.length} datagrams to private addresses`);
    expect(closed).toEqual([]);
    const met = await meetings();
    for (const [host, outcome] of met) row(`WebRTC: two peers at ${host}`, outcome);
    expect(met).toEqual(ground.inner.map((host) => [host, isPrivate(host) ? 'not met' : 'met']));

    const candidates = (await run<string>('ownAddresses()')).split('\n').filter((line) => line !== '');
    const told = candidates.map((line) => line.split(' ')[4] ?? '').filter((address) => !address.endsWith('.local'));
    row('WebRTC: our own addresses', told.length === 0 ? 'none told' : `told: ${told.join()}`);
    expect(told).toEqual([]);
  });

  it('brings nothing over the picture, into our files or out of the browser, though it is clicked on', async () => {
    await page.goto(ground.origin);
    await settled();
    const clean = picture();
    for (const acts of grouped(await run<string[]>('Object.keys(acts)'))) {
      const outcomes: string[] = [];
      for (const act of acts) outcomes.push(await perform(act));
      const { covered, windows } = await whatStays(clean);
      const isHere = page.url().startsWith(ground.origin);
      const over = covered === 0 ? 'nothing over the page' : `${covered} pixels of the page changed`;
      for (const [index, act] of acts.entries()) row(act, `${outcomes[index]}; ${over}`);
      expect.soft({ acts, covered, windows, isHere }).toEqual({ acts, covered: 0, windows: 1, isHere: true });
      for (const outcome of outcomes) {
        expect.soft(outcome, acts.join()).not.toMatch(/^granted|^[1-9]\d* given|root:|AWS|loot/);
      }
      if (covered !== 0 || !isHere || (outcomes.includes(NO_ANSWER) && (await isDeaf()))) {
        ({ page } = await stage.renew());
        await page.goto(ground.origin);
        await settled();
      }
    }
    expect(await isDeaf()).toBe(false);
    const files = (await readdir(workDir.path, { recursive: true })).filter((name) => /loot|crdownload/i.test(name));
    row('files after all downloads', files.length === 0 ? 'none' : files.join());
    expect(files).toEqual([]);
    const kinds = page
      .browser()
      .targets()
      .filter((target) => target.url().startsWith('chrome-extension:'));
    row('extensions', kinds.length === 0 ? 'none runs' : kinds.map((target) => target.url()).join());
    expect(kinds).toEqual([]);
  });

  it('is left though it does not want to be', async () => {
    await page.mouse.click(300, 200);
    await run(
      'void addEventListener("beforeunload", (event) => { event.preventDefault(); event.returnValue = "no"; })',
    );
    await page.goto('about:blank', { timeout: 10_000 });
    row('beforeunload', 'the page was left');
    expect(page.url()).toBe('about:blank');
  });

  it.runIf(process.getuid?.() === 0)('has taken a user who has nothing, once it has taken the browser', async () => {
    const theirs = await processesIn(root);
    const ids = await Promise.all(theirs.map((pid) => readFile(`/proc/${pid}/status`, 'utf8')));
    const uids = new Set(ids.map((status) => /^Uid:\s+(.*)$/m.exec(status)?.[1]?.replaceAll('\t', ' ')));
    row(`user of ${theirs.length} processes`, [...uids].join());
    expect([...uids]).toEqual([Array(4).fill(user.uid).join(' ')]);
    expect(user.uid).not.toBe(process.getuid?.());

    const own = join(workDir.path, 'media');
    await writeFile(own, 'of the meeting', { mode: 0o644 });
    const acts = {
      'reads our environment': ['cat', `/proc/${process.pid}/environ`],
      'signals us': ['sh', '-c', `kill -TERM ${process.pid}`],
      'reads what we recorded': ['cat', own],
      'lists our directory': ['ls', workDir.path],
      'gets back what it was': ['setpriv', '--reuid', '0', 'true'],
    };
    for (const [act, command] of Object.entries(acts)) {
      const outcome = await runAs(user, command, { env: childEnvironment(process.env) }).then(() => 'DONE', String);
      row(act, /not permitted|denied/.exec(outcome)?.[0] ?? outcome);
      expect(outcome, act).toMatch(/not permitted|denied/);
    }
    await rm(own);
  });

  it('finds no credentials with the browser, and nothing of it is left', async () => {
    const theirs = await processesIn(root);
    expect(theirs.length).toBeGreaterThan(3);
    const found = await Promise.all(theirs.map((pid) => readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')));
    const names = Object.keys(CREDENTIALS).filter((name) => found.some((environment) => environment.includes(name)));
    row(`/proc/*/environ of ${theirs.length} processes`, names.length === 0 ? 'no credentials' : names.join());
    expect(names).toEqual([]);

    await stage.close();
    await workDir.remove();
    await vi.waitFor(async () => expect(await processesIn(root)).toEqual([]), { timeout: 10_000 });
    expect(await readdir(root)).toEqual([]);
    row('profile and processes at the end', 'gone');
  });

  it.each([
    ['where private hosts may be opened', [], /^[1-9]\d* datagrams, 0 not STUN$/, 'met'],
    ['and not by UDP', ['--webrtc-ip-handling-policy=disable_non_proxied_udp'], /^0 datagrams/, 'not met'],
  ])('has datagrams sent as the operator allows: %s', async (what, operatorsArgs, sent, meets) => {
    ground.datagrams.length = 0;
    const dir = await createWorkDir(root);
    const other = makeStage(dir.path, { privateUdp: true }, ...operatorsArgs);
    try {
      ({ page } = await other.renew());
      await page.goto(ground.origin);
      await run(`sendDatagrams(${JSON.stringify(placesOf(ground.inner, ground.port))})`);
      const others = ground.datagrams.filter(({ isStun }) => !isStun);
      const words = `${ground.datagrams.length} datagrams, ${others.length} not STUN`;
      row(what, words);
      expect(words).toMatch(sent);
      const met = await meetings();
      row(`${what}: two peers`, met.flat().join());
      expect(met).toEqual(ground.inner.map((host) => [host, meets]));
    } finally {
      await other.close();
    }
  });
});

/** Whether two peers meet at each of the addresses where canaries are. */
function meetings(): Promise<[string, string][]> {
  return Promise.all(
    ground.inner.map(async (host) => [host, await run<string>(`meetAt(${JSON.stringify(host)})`)] as [string, string]),
  );
}

/** As a page names them. */
function placesOf(hosts: readonly string[], port: number): { host: string; port: number }[] {
  return hosts.map((host) => ({ host: bracketed(host), port }));
}

/** What may draw a window or a bubble is looked at by itself; all else several at a time, since each look costs. */
function grouped(acts: readonly string[]): string[][] {
  const draws = /handler|file$|folder|picker|save|print|screen|picture|passkey|payment|lock|alerts|windows/;
  const groups: string[][] = [];
  for (const act of acts) {
    const last = groups.at(-1);
    if (draws.test(act)) groups.push([act], []);
    else if (last === undefined || last.length === 5) groups.push([act]);
    else last.push(act);
  }
  return groups.filter(({ length }) => length > 0);
}

const NO_ANSWER = 'no answer';

/** Clicks, and waits for what becomes of it; what does not answer in time is waited for no longer. */
async function perform(act: string): Promise<string> {
  await run(`void (globalThis.act = ${JSON.stringify(act)}, globalThis.outcome = undefined)`);
  await page.mouse.click(300, 200);
  const deadline = performance.now() + 1500;
  while (performance.now() < deadline) {
    const outcome = await run<string | undefined>('globalThis.outcome').catch(() => 'the page is on its way');
    if (outcome !== undefined) return outcome;
    await systemClock.sleep(50);
  }
  return NO_ANSWER;
}

/** Pixels that are not the page's, and windows, when those that are being closed have had the time for it. */
async function whatStays(clean: Buffer): Promise<{ covered: number; windows: number }> {
  for (let looks = 0; ; looks++) {
    const covered = differing(picture(), clean);
    const windows = (await page.browser().pages()).length;
    if ((covered === 0 && windows === 1) || looks === 10) return { covered, windows };
    await systemClock.sleep(200);
  }
}

/** Whether clicks do not reach the page any more. */
async function isDeaf(): Promise<boolean> {
  const before = await run<number>('globalThis.clicks ?? 0');
  await page.mouse.click(300, 200);
  const isHeard = (await run<number>('globalThis.clicks ?? 0')) > before;
  expect.soft(isHeard, 'clicks reach the page').toBe(true);
  return !isHeard;
}

/** Waits until the page is drawn. */
async function settled(): Promise<void> {
  for (let looks = 0, last = picture(); looks < 50; looks++) {
    await systemClock.sleep(200);
    const next = picture();
    const [red, blue] = [next.subarray(0, 3).toString('hex'), next.subarray(middle, middle + 3).toString('hex')];
    if (red === 'ff0000' && blue === '0000ff' && next.equals(last)) return;
    last = next;
  }
  throw new Error('the page was never drawn');
}
const middle = ((SIZE.height / 2) * SIZE.width + SIZE.width / 2) * 3;

function picture(): Buffer {
  const { place } = stage;
  if (place === undefined) throw new Error('no display');
  return screenshot({ name: place.display, ...SIZE, env: { PATH: process.env['PATH'] ?? '', ...place.env } });
}

function differing(one: Buffer, other: Buffer): number {
  let count = 0;
  for (let at = 0; at < one.length; at += 3) if (one.compare(other, at, at + 3, at, at + 3) !== 0) count++;
  return count;
}

/** Processes that have a directory in their command line or environment, ourselves not. */
async function processesIn(dir: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
      return `${await read('cmdline')}${await read('environ')}`.includes(dir) ? [pid] : [];
    }),
  );
  return found.flat();
}
