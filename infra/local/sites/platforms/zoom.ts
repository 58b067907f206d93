import { type Answer, knowsAccount, type Site, type Visit } from './site.ts';

const PASSCODE = 'fakePasscode.1';
/** A host's own link. */
const NAMED = /^\/my\/fake\.host\.(\d{9,11})$/;
const LAUNCHER = /^\/j\/(\d{9,11})$/;
const CLIENT = /^\/wc\/(?:join\/)?(\d{9,11})(?:\/join)?$/;
/** Pages beside the meeting's; any other address is Zoom's own home. */
const PAGES: Readonly<Record<string, string>> = { '/signin': 'signIn', '/wc/home': 'client' };

/** Zoom as facts of 2026 describe it: the launcher that calls the app, and the client in the browser behind it. */
export const zoom: Site = {
  platform: 'zoom',
  hosts: ['zoom.us', '*.zoom.us', 'zoom.com', '*.zoom.com', 'zoomgov.com', '*.zoomgov.com'],
  makeKey: (number) => String(85_000_000_000 + number * 1_234_567),
  urlOf: ({ key }) => `https://us05web.zoom.us/j/${key}?pwd=${PASSCODE}`,
  forms: {
    named: (key) => `https://fake-company.zoom.us/my/fake.host.${key}?pwd=${PASSCODE}`,
    webinar: (key) => `https://zoom.us/w/${key}?tk=fakeToken&pwd=${PASSCODE}`,
    host: (key) => `https://us05web.zoom.us/s/${key}?pwd=${PASSCODE}#success`,
    client: (key) => `https://zoom.us/wc/join/${key}?pwd=${PASSCODE}`,
    fragment: (key) => `https://us05web.zoom.us/j/${key}#pwd=${PASSCODE}`,
    app: (key) => `https://zoom.us/join?action=join&confno=${key.replace(/(?<=^.{3}|^.{7})/g, '-')}&pwd=${PASSCODE}`,
    government: (key) => `https://www.zoomgov.com/j/${key}?pwd=${PASSCODE}`,
  },
  answer(visit) {
    const { origin, pathname, search, searchParams } = visit.url;
    const named = NAMED.exec(pathname)?.[1];
    if (named !== undefined) return { redirect: `${origin}/j/${named}${search}` };
    const key = LAUNCHER.exec(pathname)?.[1];
    if (key !== undefined) {
      return { title: 'Launch Meeting - Zoom', program: 'zoom/launcher.js', meeting: visit.meetingOf(key) };
    }
    const joined = CLIENT.exec(pathname)?.[1];
    if (joined !== undefined) return client(visit, visit.meetingOf(joined));
    const meeting = visit.meetingOf(searchParams.get('for') ?? 'none');
    const page = PAGES[pathname];
    if (page === undefined && pathname.startsWith('/wc/')) return undefined;
    return { title: 'Zoom', program: 'zoom/other.js', page: page ?? 'home', meeting };
  },
};

function client(visit: Visit, meeting: ReturnType<Visit['meetingOf']>): Answer {
  const { script } = meeting.current();
  const isKnown = knowsAccount(script, visit, '_zm_ssid');
  if (script.door === 'signIn' && !isKnown) return { redirect: `https://zoom.us/signin?for=${meeting.key}` };
  const isFramed = script.layout === 2 && !visit.url.searchParams.has('fromPWA');
  const signedIn = isKnown ? { script: { door: 'open', name: 'prefilled' } as const } : {};
  return isFramed
    ? { title: 'Zoom Workplace', program: 'zoom/frame.js', meeting }
    : { title: 'Zoom meeting on web', program: 'zoom/app.js', meeting, opens: true, ...signedIn };
}
