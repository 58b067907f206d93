import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrivateHosts, readSignedInProfile, silentLogger, systemClock } from '@meetingbot/crds-schema';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Display, startDisplay } from '../capture/index.ts';
import type { Quarters } from '../process/index.ts';
import { testQuarters } from '../process/quarters.fixture.ts';
import { SignInError, type SignInOptions, signIn } from '../sign-in/sign-in.ts';
import { type SignInSite, signInSite } from '../sign-in/sign-in-sites.ts';
import { type EgressProxy, startEgressProxy } from './egress-proxy.ts';
import { displaySize, launchBrowser } from './launch.ts';

const SIZE = { width: 640, height: 360 };
const program = '/usr/bin/chromium';
const path = { PATH: process.env['PATH'] ?? '' };
/**
 * A person signs in. Chromium writes cookies down after 30 s, or at once after 512 changes (kCommitAfterBatchSize in
 * net/extras/sqlite/sqlite_persistent_cookie_store.cc): a person takes the time, a test makes the changes.
 */
const SIGN_IN = `<title>sign-in</title><script>
  document.cookie = 'SID=kept; max-age=86400';
  document.cookie = 'SESSION=of-today';
  localStorage.setItem('account', 'notes');
  for (let n = 0; n < 600; n++) document.cookie = 'NOISE=' + n;
  setTimeout(() => fetch('/done'), 1500);
</script>`;

let server: Server;
let requests: { url: string; cookie: string }[];
let onDone: () => void;
let dir: string;
let quarters: Quarters;
let display: Display;
let proxy: EgressProxy;
let site: SignInSite;

beforeEach(async () => {
  requests = [];
  server = createServer(({ url = '', headers: { cookie = '' } }, response) => {
    requests.push({ url, cookie });
    const isSignIn = url === '/';
    response.setHeader('content-type', 'text/html').end(isSignIn ? SIGN_IN : '<title>in</title>');
    if (url === '/done' || url === '/nothing') onDone();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  site = signInSite('web', url) as SignInSite;
  dir = await mkdtemp(join(tmpdir(), 'signed-in-'));
  const deps = { clock: systemClock, logger: silentLogger, env: path };
  quarters = await testQuarters(deps);
  display = await startDisplay({ ...displaySize(SIZE), quarters }, deps);
  proxy = await startEgressProxy({ rules: new PrivateHosts('127.0.0.1'), logger: silentLogger });
});
afterEach(async () => {
  await proxy.close();
  await display.stop();
  await quarters.remove();
  server.closeAllConnections();
  server.close();
  await rm(dir, { recursive: true, force: true, maxRetries: 5 });
});

const deps = () => ({ clock: systemClock, logger: silentLogger, env: { ...path, ...display.env, HOME: dir } });

/** Signs in, and closes the browser once the page is done, as a person does. */
function person(options: Partial<SignInOptions> = {}) {
  let pid = 0;
  onDone = () => process.kill(pid, 'SIGTERM');
  return signIn(
    {
      ...{ site, program, extraArgs: [], workDir: join(dir, 'sign-in'), noSandbox: process.getuid?.() === 0 },
      onOpened: (opened) => {
        pid = opened;
      },
      ...options,
    },
    deps(),
  );
}

it('what a person signs in with is what the recorder’s browser has from its first page on', async () => {
  const { profile, leftOut } = await person();

  expect(leftOut).toEqual([]);
  expect(profile.cookies.map(({ name, value }) => `${name}=${value}`)).toEqual(
    expect.arrayContaining(['SESSION=of-today', 'SID=kept']),
  );
  expect(profile.localStorage).toEqual({ [site.origins[0] ?? '']: { account: 'notes' } });
  expect(readSignedInProfile(JSON.stringify(profile))).toEqual(profile);

  requests.length = 0;
  const browser = await launchBrowser(
    {
      ...{ program, quarters, ...SIZE, env: display.quartersEnv, signedIn: profile },
      ...{ proxyUrl: proxy.url, privateUdp: true, extraArgs: [] },
    },
    { ...deps(), env: path },
  );
  try {
    expect(browser.hasProfile).toBe(true);
    expect(requests).toEqual([]);
    await browser.page.goto(`${site.origins[0]}/meeting`);
    expect(requests[0]?.cookie.split('; ')).toEqual(expect.arrayContaining(['SESSION=of-today', 'SID=kept']));
    expect(await browser.page.evaluate(() => localStorage.getItem('account'))).toBe('notes');
  } finally {
    await browser.stop();
  }
});

it('a browser in which nobody has signed in makes no profile', async () => {
  const url = `${site.url}nothing`;

  await expect(person({ site: { ...site, url } })).rejects.toThrow(SignInError);
});
