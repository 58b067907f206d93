import type { ConferenceFunctions } from './conference.ts';

/** Microsoft Teams: the launcher must not look for an app, and a short link carries its passcode as `p`. */
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
  passcodeOf: (url) => url.searchParams.get('p') ?? url.searchParams.get('passcode') ?? undefined,
};
