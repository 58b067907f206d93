import type { Answer, Site, Visit } from './site.ts';

const LAUNCHER = /^\/j\/(\d{9,11})$/;
const CLIENT = /^\/wc\/(?:join\/)?(\d{9,11})(?:\/join)?$/;

/** Zoom as facts of 2026 describe it: the launcher that calls the app, and the client in the browser behind it. */
export const zoom: Site = {
  platform: 'zoom',
  hosts: ['zoom.us', '*.zoom.us', 'zoom.com', '*.zoom.com'],
  makeKey: (number) => String(85_000_000_000 + number * 1_234_567),
  urlOf: ({ key }) => `https://us05web.zoom.us/j/${key}?pwd=fakePasscode.1`,
  answer(visit) {
    const { pathname, searchParams } = visit.url;
    const key = LAUNCHER.exec(pathname)?.[1];
    if (key !== undefined) {
      return { title: 'Launch Meeting - Zoom', program: 'zoom/launcher.js', meeting: visit.meetingOf(key) };
    }
    const joined = CLIENT.exec(pathname)?.[1];
    if (joined !== undefined) return client(visit.meetingOf(joined), searchParams.has('fromPWA'));
    const meeting = visit.meetingOf(searchParams.get('for') ?? 'none');
    return pathname.startsWith('/wc/') ? undefined : { title: 'Zoom', program: 'zoom/other.js', meeting };
  },
};

function client(meeting: ReturnType<Visit['meetingOf']>, isInFrame: boolean): Answer {
  const isFramed = meeting.current().script.layout === 2 && !isInFrame;
  return isFramed
    ? { title: 'Zoom Workplace', program: 'zoom/frame.js', meeting }
    : { title: 'Zoom meeting on web', program: 'zoom/app.js', meeting, opens: true };
}
