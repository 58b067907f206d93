import type { ConferenceFunctions } from './conference.ts';
import { passcodeIn } from './passcode.ts';

const PASSCODE = ['p', 'passcode'];

/**
 * Microsoft Teams: the launcher must not look for an app. A short link carries its passcode as `p`, also behind the `#` and
 * in the address that a launcher is given. Which of its clients it gives us is left to Teams: `lightExperience=false` is where
 * it sends a browser by itself that is to have the full one, and no parameter of ours. Source: attendee, August 2026.
 */
export const microsoftTeams: ConferenceFunctions = {
  entranceOf(url) {
    const entrance = new URL(url);
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
