import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SignedInProfile } from '@meetingbot/crds-schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as right from '../sites/scenarios/scenario.ts';
import { type Sites, startSites } from '../sites/sites.ts';
import type { Recorders } from '../sites/testing/attendance.ts';
import { startInSession } from '../sites/testing/in-session.ts';
import { judge } from '../sites/testing/judge.ts';
import type { Identified } from '../sites/testing/lone-session.ts';
import { play } from '../sites/testing/play.ts';

const LIMIT_MS = 120_000;
/** By which cookie each knows an account, where its client keeps what it stores, and whether it asks for a name. */
const MEMORIES = {
  'google-meet': { cookie: 'SID', domain: '.google.com', origin: 'https://meet.google.com', name: 'absent' },
  'microsoft-teams': {
    cookie: 'ESTSAUTHPERSISTENT',
    domain: 'login.microsoftonline.com',
    origin: 'https://teams.live.com',
    name: 'absent',
  },
  zoom: { cookie: '_zm_ssid', domain: '.zoom.us', origin: 'https://app.zoom.us', name: 'prefilled' },
} as const;
type Known = keyof typeof MEMORIES;

function profileOf(platform: Known, account: string): SignedInProfile {
  const { cookie, domain, origin } = MEMORIES[platform];
  const flags = { path: '/', secure: true, httpOnly: true, sameSite: 'None' } as const;
  return {
    cookies: [{ name: cookie, value: account, domain, ...flags }],
    localStorage: { [origin]: { account } },
  };
}

/** A meeting behind a sign-in, as a guest finds it and as the account that it knows does. */
const [asGuest, asAccount] = ['sends guests to the sign-in', 'knows the account'].map((name) => (platform: Known) => {
  const visits = [{ door: 'signIn', account: 'notes', name: MEMORIES[platform].name, answer: 'straight' } as const];
  const isGuest = name.includes('guests');
  const ends = isGuest ? right.refused('SignInRequired') : { cues: [right.HOST_ENDS], ...right.HOST_ENDED };
  return right.scenariosOf(platform, [{ name, visits, ...ends }])[0];
}) as [(platform: Known) => right.Scenario | undefined, (platform: Known) => right.Scenario | undefined];
/** The account's cookies are there, and the page asks for a name as it does of guests. */
const asStranger = (platform: Known) =>
  right.scenariosOf(platform, [
    {
      name: 'knows the account no more',
      visits: [{ answer: 'straight' }],
      cues: [right.HOST_ENDS],
      ...right.HOST_ENDED,
    },
  ])[0];
const [vouched] = right.scenariosOf('microsoft-teams', [
  {
    name: 'hears from Microsoft who we are',
    visits: [{ answer: 'straight' }],
    cues: [right.HOST_ENDS],
    ...right.HOST_ENDED,
  },
]);

let sites: Sites;
let entra: Server;
let asked = 0;
const open: Recorders[] = [];

beforeAll(async () => {
  sites = await startSites();
  entra = createServer((_, response) => {
    asked += 1;
    response.end(JSON.stringify({ access_token: 'head.body.signature' }));
  }).listen(0, '127.0.0.1');
  await once(entra, 'listening');
});
afterAll(async () => {
  for (const each of open) await each.close();
  await sites?.close();
  entra?.close();
});

const attend = async (scenario: right.Scenario | undefined, name: string, as: Identified = {}) => {
  if (scenario === undefined) throw new Error('no scenario');
  const recorders = startInSession(sites.chromeArgs, { as });
  open.push(recorders);
  const played = await play(scenario, name, sites, recorders);
  return { ...played, ...(await judge(played)) };
};

describe.concurrent('a meeting that wants to know who we are', { timeout: LIMIT_MS }, () => {
  const platforms = Object.keys(MEMORIES) as Known[];

  it.each(platforms)('refuses the guest, with advice to the host: %s', async (platform) => {
    const { faults, result } = await attend(asGuest(platform), `guest-${platform}`);

    expect(faults).toEqual([]);
    expect(result.message).toMatch(/^the (organi[sz]er|host) must allow guests.* \(seen: /);
  });

  it.each(platforms)('lets in the recorder whose browser is signed in, at once: %s', async (platform) => {
    const profile = profileOf(platform, 'notes');
    const { faults, fake } = await attend(asAccount(platform), `in-${platform}`, {
      identity: { name: 'notes', profile },
    });

    expect(faults).toEqual([]);
    expect(fake.last('opened')?.stored).toBe('notes');
  });

  it.each(platforms)('tells the operator when the account is signed out: %s', async (platform) => {
    const profile = profileOf(platform, 'of-last-year');
    const { result } = await attend(asGuest(platform), `out-${platform}`, { identity: { name: 'notes', profile } });

    expect(result.reason).toBe('SignInRequired');
    expect(result.message).toContain('the profile of identity notes is not signed in any more');
  });

  it.each(['google-meet', 'microsoft-teams'] as const)(
    'joins as a guest whom it was taken for, and says so: %s',
    async (platform) => {
      const profile = profileOf(platform, 'notes');
      const { faults, result } = await attend(asStranger(platform), `again-${platform}`, {
        identity: { name: 'notes', profile },
      });

      expect(faults).toEqual([]);
      expect(result.log.join('\n')).toContain(
        'joined as a guest, not as notes: the platform takes its profile for no sign-in',
      );
    },
  );

  it('gets the token of a registered bot behind the # of its address', async () => {
    const { port } = entra.address() as AddressInfo;
    const teamsBot = {
      ...{ authority: `http://127.0.0.1:${port}`, tenantId: 'tenant', clientId: 'client' },
      clientSecret: async () => 'a-client-secret',
    };
    const { faults, fake } = await attend(vouched, 'vouched', { teamsBot });

    expect(faults).toEqual([]);
    expect(asked).toBe(1);
    expect(fake.journal.map(({ token }) => token)).toContain('head.body.signature');
  });
});
