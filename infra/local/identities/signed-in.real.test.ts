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
const PROFILE: SignedInProfile = {
  cookies: [
    { name: 'SID', value: 'notes', domain: '.google.com', path: '/', secure: true, httpOnly: true, sameSite: 'Lax' },
  ],
  localStorage: { 'https://meet.google.com': { account: 'notes' } },
};
const [wall, signedIn] = right.scenariosOf('google-meet', [
  {
    name: 'sends guests to the sign-in',
    visits: [{ door: 'signIn', account: 'notes' }],
    ...right.refused('SignInRequired'),
  },
  {
    name: 'knows the account',
    visits: [{ door: 'signIn', account: 'notes', name: 'absent', answer: 'straight' }],
    cues: [right.HOST_ENDS],
    ...right.HOST_ENDED,
  },
]);
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
  it('refuses the guest, with advice to the host', async () => {
    const { faults, result } = await attend(wall, 'guest');

    expect(faults).toEqual([]);
    expect(result.message).toMatch(/^the organiser must allow guests .* \(seen: /);
  });

  it('lets in the recorder whose browser is signed in, at once', async () => {
    const { faults, fake } = await attend(signedIn, 'signed-in', { identity: { name: 'notes', profile: PROFILE } });

    expect(faults).toEqual([]);
    expect(fake.last('opened')?.stored).toBe('notes');
  });

  it('tells the operator when the account is signed out', async () => {
    const [cookie] = PROFILE.cookies;
    const profile = { cookies: [{ ...cookie, value: 'of-last-year' }] } as SignedInProfile;
    const { result } = await attend(wall, 'signed-out', { identity: { name: 'notes', profile } });

    expect(result.reason).toBe('SignInRequired');
    expect(result.message).toContain('the profile of identity notes is not signed in any more');
  });

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
