import { type Answer, knowsAccount, type Site, type Visit } from './site.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const CODE = /^\/([a-z]{3}-[a-z]{4}-[a-z]{3})$/;

/** Google Meet as facts of 2026 describe it; accounts.google.com for the sign-in, www.google.com for its challenge. */
export const googleMeet: Site = {
  platform: 'google-meet',
  hosts: ['meet.google.com', 'accounts.google.com', 'www.google.com', 'workspace.google.com', 'g.co'],
  makeKey(number) {
    const letter = (power: number) => LETTERS.charAt(Math.floor(number / 26 ** power) % 26);
    return `bot-${letter(2)}${letter(1)}${letter(0)}x-fak`;
  },
  urlOf: ({ key }) => `https://meet.google.com/${key}`,
  forms: {
    short: (key) => `https://g.co/meet/${key}`,
    account: (key) => `https://meet.google.com/${key}?authuser=1&hl=de`,
  },
  answer(visit) {
    const { hostname, pathname } = visit.url;
    switch (hostname) {
      case 'meet.google.com':
        return pathname === '/' || pathname === '/landing' ? page('landing', visit, 'Google Meet') : meeting(visit);
      case 'g.co':
        return { redirect: `https://meet.google.com/${pathname.slice('/meet/'.length)}?hs=178` };
      case 'accounts.google.com':
        return page(pathname === '/ServiceLogin' ? 'passing' : 'signIn', visit, 'Sign in - Google Accounts');
      case 'www.google.com':
        return pathname.startsWith('/recaptcha/')
          ? page('recaptcha', visit, 'reCAPTCHA')
          : { ...page('captcha', visit, visit.url.href), status: 429 };
      default:
        return page('marketing', visit, 'Google Meet: Online Video Calls, Meetings and Conferencing');
    }
  },
};

function meeting(visit: Visit): Answer | undefined {
  const key = CODE.exec(visit.url.pathname)?.[1];
  if (key === undefined) return undefined;
  const found = visit.meetingOf(key);
  const { script } = found.current();
  const back = encodeURIComponent(`https://meet.google.com/${key}`);
  const isKnown = knowsAccount(script, visit, 'SID');
  if (script.door === 'signIn' && !isKnown) {
    return {
      redirect: `https://accounts.google.com/v3/signin/identifier?continue=${back}&flowName=GlifWebSignIn&for=${key}`,
    };
  }
  const isBack = visit.url.searchParams.has('pli');
  if (script.door === 'signInSilently' && !isBack)
    return { redirect: `https://accounts.google.com/ServiceLogin?passive=true&continue=${back}&for=${key}` };
  if (script.door === 'captcha') return { redirect: `https://www.google.com/sorry/index?continue=${back}&for=${key}` };
  const signedIn = isKnown || isBack ? { script: { door: 'open', name: 'absent' } as const } : {};
  return { title: 'Meet', program: 'google-meet/app.js', meeting: found, opens: true, ...signedIn };
}

/** Pages beside the meeting's own know it by a parameter. */
function page(name: string, visit: Visit, title: string): Answer {
  const found = visit.meetingOf(visit.url.searchParams.get('for') ?? 'bot-none-fak');
  return { title, page: name, program: 'google-meet/other.js', meeting: found };
}
