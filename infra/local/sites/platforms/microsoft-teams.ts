import { type Answer, knowsAccount, type Site, type Visit } from './site.ts';

const THREAD = /^\/l\/meetup-join\/19:meeting_(\d+)@thread\.v2\/\d+$/;
const MEET = /^\/meet\/(\d+)$/;
const PASSCODE = 'Xy7fakePasscode';

/** Teams for the web as facts of 2026 describe it: the launcher before the client, Microsoft's sign-in beside it. */
export const microsoftTeams: Site = {
  platform: 'microsoft-teams',
  hosts: [
    ...['teams.microsoft.com', 'teams.live.com', 'teams.cloud.microsoft'],
    ...['gov.teams.microsoft.us', 'login.microsoftonline.com', 'login.live.com', 'www.microsoft.com'],
  ],
  makeKey: (number) => String(2_600_000_000_000 + number * 137),
  urlOf: ({ key }) => `https://teams.live.com${pathOf(key)}`,
  forms: {
    invitation(key) {
      const context = encodeURIComponent(JSON.stringify({ Tid: 'a-tenant', Oid: 'an-organizer' }));
      return `https://teams.microsoft.com/l/meetup-join/${encodeURIComponent(`19:meeting_${key}@thread.v2`)}/0?context=${context}`;
    },
    launcher: (key) =>
      `https://teams.microsoft.com/dl/launcher/launcher.html?url=${encodeURIComponent(`/_#${pathOf(key)}&anon=true`)}&type=meet&suppressPrompt=true`,
    light: (key) => `https://teams.live.com/light-meetings/launch?agent=web#${pathOf(key)}`,
    government: (key) => `https://gov.teams.microsoft.us${pathOf(key)}`,
    cloud: (key) => `https://teams.cloud.microsoft${pathOf(key)}`,
    bare: (key) => `https://teams.microsoft.com/meet/${key}`,
  },
  answer(visit) {
    const { hostname, pathname, searchParams } = visit.url;
    if (hostname.startsWith('login.')) return signIn(visit);
    if (hostname === 'www.microsoft.com') return page('marketing', visit, 'Online meetings | Microsoft Teams');
    if (pathname.startsWith('/v2/') || pathname.startsWith('/light-meetings/')) return client(visit);
    if (pathname === '/dl/launcher/launcher.html') return launcher(visit, searchParams.get('url') ?? '');
    if (keyOf(pathname) === undefined) return undefined;
    const query = `url=${encodeURIComponent(`/_#${pathname}`)}&type=meetup-join`;
    const passcode = searchParams.get('p');
    const given = passcode === null ? '' : `&p=${encodeURIComponent(passcode)}`;
    return { redirect: `https://${hostname}/dl/launcher/launcher.html?${query}&msLaunch=true&directDl=true${given}` };
  },
};

const pathOf = (key: string) => `/meet/${key}?p=${PASSCODE}`;

/** Which meeting a path leads to. */
function keyOf(path: string): string | undefined {
  return THREAD.exec(decodeURIComponent(path))?.[1] ?? MEET.exec(path)?.[1];
}

/** @param address - of the meeting, as `/_#/meet/123?p=abc` */
function launcher(visit: Visit, address: string): Answer {
  const path = address.replace(/^\/_#|[?&].*$/g, '');
  const meeting = visit.meetingOf(keyOf(path) ?? 'none');
  return { title: 'Join conversation', program: 'microsoft-teams/launcher.js', meeting };
}

function client(visit: Visit): Answer {
  const key = visit.url.searchParams.get('for');
  // Which meeting it is stands behind the # alone: the page has to say it.
  if (key === null) return page('route', visit, 'Microsoft Teams');
  const meeting = visit.meetingOf(key);
  const isBack = visit.url.searchParams.has('code');
  if (meeting.current().script.door === 'signIn' && !isBack) {
    const back = new URLSearchParams({ for: key, redirect_uri: visit.url.href });
    return { redirect: `https://login.microsoftonline.com/common/oauth2/v2.0/authorize?${back}` };
  }
  const signedIn = isBack ? { script: { door: 'open', name: 'absent' } as const } : {};
  return { title: 'Microsoft Teams', program: 'microsoft-teams/app.js', meeting, opens: true, ...signedIn };
}

/** Whoever is signed in is led back without a page. */
function signIn(visit: Visit): Answer {
  const { searchParams } = visit.url;
  const { script } = visit.meetingOf(searchParams.get('for') ?? 'none').current();
  const back = searchParams.get('redirect_uri');
  if (back === null || !knowsAccount(script, visit, 'ESTSAUTHPERSISTENT')) {
    return page('signIn', visit, 'Sign in to your account');
  }
  const client = new URL(back);
  client.searchParams.set('code', '0.fakeCode');
  return { redirect: client.href };
}

function page(name: string, visit: Visit, title: string): Answer {
  const meeting = visit.meetingOf(visit.url.searchParams.get('for') ?? 'none');
  return { title, page: name, program: 'microsoft-teams/other.js', meeting };
}
