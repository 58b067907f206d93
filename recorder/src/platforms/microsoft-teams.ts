import type { ConferenceFunctions } from './conference.ts';
import { passcodeIn } from './passcode.ts';

const PASSCODE = ['p', 'passcode'];
/** A short link: it has its passcode beside it. */
const SHORT = /^\/meet\/\d+\/?$/;

/**
 * Microsoft Teams: the launcher must not look for an app. A short link carries its passcode as `p`, also behind the `#` and
 * in the address that a launcher is given; where the user gave it apart it goes there, too, since guests are asked for it
 * nowhere before they knock, and then in vain. Which of its clients it gives us is left to Teams: `lightExperience=false` is
 * where it sends a browser by itself that is to have the full one, and no parameter of ours. Sources: attendee, August 2026; a
 * guest's way in without a meeting behind it, July 2026 (kgf).
 */
export const microsoftTeams: ConferenceFunctions = {
  entranceOf(url, passcode) {
    const entrance = new URL(url);
    if (passcode !== undefined && SHORT.test(url.pathname) && passcodeIn(url, PASSCODE) === undefined)
      entrance.searchParams.set('p', passcode);
    entrance.searchParams.set('msLaunch', 'false');
    entrance.searchParams.set('suppressPrompt', 'true');
    entrance.searchParams.set('directDl', 'true');
    return entrance;
  },
  /** As a parameter of the fragment, behind what is there. Source: see `identity/teams-bot-token.ts`. */
  vouchedFor(entrance, token) {
    const vouched = new URL(entrance);
    vouched.hash = `${entrance.hash === '' ? '' : `${entrance.hash.slice(1)}&`}token=${token}`;
    return vouched;
  },
  passcodeOf(url) {
    const meant = meantBy(url);
    return passcodeIn(url, PASSCODE) ?? (meant === undefined ? undefined : passcodeIn(meant, PASSCODE));
  },
};

/** The address that a launcher's (`/dl/launcher/launcher.html?url=…`) is for; undefined: this is none. */
function meantBy(url: URL): URL | undefined {
  const path = url.searchParams.get('url');
  return path !== null && URL.canParse(path, url.origin) ? new URL(path, url.origin) : undefined;
}
