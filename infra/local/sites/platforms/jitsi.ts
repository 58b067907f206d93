import type { Answer, Site, Visit } from './site.ts';

const ROOM = /^\/(?:[\w-]+\/)*([A-Za-z][\w-]*)$/;

/** Jitsi Meet as its public service has it: one page for everything, and its words to scripts in `window.APP`. */
export const jitsi: Site = {
  platform: 'jitsi',
  hosts: ['meet.jit.si', '8x8.vc', 'jitsi.org', 'auth.jitsi.net', 'challenges.cloudflare.com'],
  makeKey: (number) => `FakeWeekly${number}`,
  urlOf: ({ key }) => `https://meet.jit.si/${key}`,
  forms: {
    tenant: (key) => `https://8x8.vc/vpaas-magic-cookie-0a1b2c/${key}`,
    settings: (key) => `https://meet.jit.si/a-tenant/${key}#config.subject=%22Weekly%22`,
  },
  answer(visit) {
    const { hostname, pathname } = visit.url;
    if (hostname === 'jitsi.org') return page('marketing', visit);
    if (hostname === 'auth.jitsi.net') return page('signIn', visit);
    if (hostname === 'challenges.cloudflare.com') return page('challenge', visit);
    if (pathname === '/') return page('welcome', visit);
    const key = ROOM.exec(pathname)?.[1];
    if (key === undefined) return undefined;
    const meeting = visit.meetingOf(key);
    const { door } = meeting.current().script;
    if (door === 'signIn') return { redirect: `https://auth.jitsi.net/login?for=${key}` };
    const status = door === 'notFound' ? 404 : 200;
    return { title: 'Fake Weekly | Jitsi Meet', program: 'jitsi/app.js', meeting, opens: true, status };
  },
};

function page(name: string, visit: Visit): Answer {
  const meeting = visit.meetingOf(visit.url.searchParams.get('for') ?? 'none');
  return { title: 'Jitsi Meet', page: name, program: 'jitsi/other.js', meeting };
}
