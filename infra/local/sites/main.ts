import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { portSetting, ServiceSettingError } from '../service/index.ts';
import { projectRoot } from '../stack/places.ts';
import type { FakeMeeting } from './fake-meeting.ts';
import { SCENARIOS, type Scenario } from './scenarios/index.ts';
import { type Sites, startSites } from './sites.ts';

/**
 * `npm run sites`: the fake sites until Ctrl-C, for people: one address a scenario, and what happens in each call happens
 * by itself. Setting: `SITES_PORT` (8443; 0: any free one).
 */

/** What happens in a call begins so long after somebody is in it. */
const LEISURE_MS = 10_000;
const ENV_FILE = join('.local', 'sites', 'env.sh');

async function main(): Promise<void> {
  const sites = await startSites(portSetting(process.env, 'SITES_PORT', 8443));
  const rows = SCENARIOS.map((scenario) => [arrange(sites, scenario), `${scenario.name}: ${scenario.reason}`] as const);
  const width = Math.max(...rows.map(([url]) => url.length));
  for (const [url, what] of rows) console.log(`${url.padEnd(width)}  ${what}`);
  await writeEnvironment(sites.chromeArgs);
  console.log(`
Every other address of these hosts is a plain meeting, as https://meet.google.com/abc-defg-hij.
To record one:   . ${ENV_FILE} && npm run record -- URL --seconds 30
To look at one:  . ${ENV_FILE} && eval chromium --user-data-dir="$(mktemp -d)" "$CHROME_EXTRA_ARGS" URL
Ctrl-C stops it.`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sites.close());
}

/** @returns its address */
function arrange(sites: Sites, scenario: Scenario): string {
  const fake = sites.arrange(scenario.platform, scenario.visits);
  let isFirst = true;
  fake.onNote = ({ what, visit }) => {
    console.log(`${fake.key}: visit ${visit}: ${what}`);
    if (what === 'inCall' && isFirst) {
      isFirst = false;
      void play(fake, scenario);
    }
  };
  return sites.urlOf(fake, scenario.form);
}

/** All that pages can do by themselves; stopping and crashing is left to people. */
async function play(fake: FakeMeeting, { cues = [] }: Scenario): Promise<void> {
  for (const cue of cues) {
    if (cue.do === 'stop' || cue.do === 'crash') continue;
    await new Promise((resolve) => setTimeout(resolve, LEISURE_MS));
    console.log(`${fake.key}: ${cue.do}`);
    try {
      fake.act(cue.do);
    } catch {
      return;
    }
  }
}

async function writeEnvironment(chromeArgs: string): Promise<void> {
  const file = join(projectRoot, ENV_FILE);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, `export CHROME_EXTRA_ARGS="${chromeArgs}"\nexport BROWSER_PRIVATE_HOSTS=127.0.0.0/8\n`);
}

main().catch((error: NodeJS.ErrnoException) => {
  const isKnown = error instanceof ServiceSettingError;
  const isTaken = error.code === 'EADDRINUSE';
  console.error(isTaken ? 'the port is in use: set SITES_PORT to another one' : isKnown ? error.message : error);
  process.exit(1);
});
