import type { ConferenceFunctions } from './conference.ts';

/** What jitsi-meet reads from the fragment: English, nothing of ours on, no app to be opened, no tile of our own. */
const CONFIG = [
  'config.defaultLanguage="en"',
  'config.startWithAudioMuted=true',
  'config.startWithVideoMuted=true',
  'config.disableDeepLinking=true',
  'config.disableSelfView=true',
];

/** Jitsi: settings go by the fragment of the address. */
export const jitsi: ConferenceFunctions = {
  entranceOf(url) {
    const entrance = new URL(url);
    const given = url.hash.replace(/^#/, '');
    entrance.hash = [...(given === '' ? [] : [given]), ...CONFIG].join('&');
    return entrance;
  },
  passcodeOf: () => undefined,
};
