import type { Answer, Site, Visit } from './site.ts';

const THREAD = /^\/l\/meetup-join\/([^/]+)\/\d+$/;
const MEET = /^\/meet\/(\d+)$/;

/** Teams for the web as facts of 2026 describe it: the launcher before the client, Microsoft's sign-in beside it. */
export const microsoftTeams: Site = {
  platform: 'microsoft-teams',
  hosts: [
    ...['teams.microsoft.com', 'teams.live.com', 'teams.cloud.microsoft'],
    ...['login.microsoftonline.com', 'login.live.com', 'www.microsoft.com'],
  ],
  makeKey: (number) =>
    number % 2 === 0
      ? String(2_600_000_000_000 + number * 137)
      : `19:meeting_${Buffer.from(`fake meeting ${number}`).toString('base64url')}@thread.v2`,
  urlOf({ key }) {
    if (!/^\d+$/.test(key)) {
      const context = encodeURIComponent(JSON.stringify({ Tid: 'a-tenant', Oid: 'an-organizer' }));
      return `https://teams.microsoft.com/l/meetup-join/${encodeURIComponent(key)}/0?context=${context}`;
    }
    return `https://teams.live.com/meet/${key}?p=Xy7fakePasscode`;
  },
  answer(visit) {
    const { hostname, pathname, searchParams } = visit.url;
    if (hostname.startsWith('login.')) return page('signIn', visit, 'Sign in to your account');
    if (hostname === 'www.microsoft.com') return page('marketing', visit, 'Online meetings | Microsoft Teams');
    if (pathname.startsWith('/v2/') || pathname.startsWith('/light-meetings/')) return client(visit);
    if (pathname === '/dl/launcher/launcher.html') return launcher(visit, searchParams.get('for') ?? '');
    const key = THREAD.exec(decodeURIComponent(pathname))?.[1] ?? MEET.exec(pathname)?.[1];
    if (key === undefined) return undefined;
    const query = `url=${encodeURIComponent(`/_#${pathname}`)}&type=meetup-join&for=${encodeURIComponent(key)}`;
    return { redirect: `https://${hostname}/dl/launcher/launcher.html?${query}&msLaunch=true&directDl=true` };
  },
};

function launcher(visit: Visit, key: string): Answer {
  const meeting = visit.meetingOf(key);
  return { title: 'Join conversation', program: 'microsoft-teams/launcher.js', meeting };
}

function client(visit: Visit): Answer {
  const key = visit.url.searchParams.get('for');
  // Which meeting it is stands behind the # alone: the page has to say it.
  if (key === null) return page('route', visit, 'Microsoft Teams');
  const meeting = visit.meetingOf(key);
  if (meeting.current().script.door === 'signIn') {
    return {
      redirect: `https://login.microsoftonline.com/common/oauth2/v2.0/authorize?for=${encodeURIComponent(key)}`,
    };
  }
  return { title: 'Microsoft Teams', program: 'microsoft-teams/app.js', meeting, opens: true };
}

function page(name: string, visit: Visit, title: string): Answer {
  const meeting = visit.meetingOf(visit.url.searchParams.get('for') ?? 'none');
  return { title, page: name, program: 'microsoft-teams/other.js', meeting };
}
